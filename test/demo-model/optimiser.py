"""Muon for the matrices between the tokens: each step is made orthogonal, so that all directions learn at one pace;
the size of a step is as AdamW's. AdamW for everything else."""
import torch

MOMENTUM, WEIGHT_DECAY, ROUNDS = 0.95, 0.03, 4


def orthogonalised(steps):
    """[n, rows, columns], rows <= columns: Newton and Schulz's iteration with the constants of Keller Jordan."""
    x = steps / (steps.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(ROUNDS):
        square = torch.bmm(x, x.transpose(1, 2))
        x = torch.baddbmm(x, torch.baddbmm(square, square, square, beta=-4.7750, alpha=2.0315), x, beta=3.4445)
    return x


class Muon:
    def __init__(self, parameters):
        """Matrices, alone or stacked; those of one shape are done together."""
        self.parameters = list(parameters)
        self.momenta = [torch.zeros_like(p) for p in self.parameters]

    @torch.no_grad()
    def step(self, rate):
        alike = {}
        for parameter, momentum in zip(self.parameters, self.momenta):
            momentum.mul_(MOMENTUM).add_(parameter.grad, alpha=1 - MOMENTUM)
            wanted = parameter.grad * (1 - MOMENTUM) + momentum * MOMENTUM
            wide = wanted.shape[-1] >= wanted.shape[-2]
            stack = (wanted if wide else wanted.transpose(-1, -2)).reshape(-1, *sorted(wanted.shape[-2:]))
            alike.setdefault(stack.shape[1:], []).append((parameter, wide, stack))
        for (_, longest), found in alike.items():
            done = orthogonalised(torch.cat([stack for *_, stack in found])) * (0.2 * longest**0.5)
            for (parameter, wide, _), one in zip(found, done.split([len(stack) for *_, stack in found])):
                one = one if wide else one.transpose(-1, -2)
                parameter.mul_(1 - rate * WEIGHT_DECAY).sub_(one.reshape(parameter.shape), alpha=rate)

    def state_dict(self):
        return self.momenta

    def load_state_dict(self, momenta):
        self.momenta = momenta


class Optimiser:
    def __init__(self, model):
        named = dict(model.named_parameters())
        apart = lambda name: named[name].dim() < 2 or name in ("embedding", "output") or "bias" in name or "router" in name
        self.muon = Muon(p for name, p in named.items() if not apart(name))
        self.adam = torch.optim.AdamW([p for name, p in named.items() if apart(name)], betas=(0.9, 0.97), eps=1e-9,
                                      weight_decay=0.0)

    def step(self, rate):
        self.muon.step(rate)
        for settings in self.adam.param_groups:
            settings["lr"] = rate
        self.adam.step()

    def state_dict(self):
        return {"muon": self.muon.state_dict(), "adam": self.adam.state_dict()}

    def load_state_dict(self, kept):
        self.muon.load_state_dict(kept["muon"])
        self.adam.load_state_dict(kept["adam"])
