"""Induction heads by initialisation: the model starts able to go on as the text went on before, instead of having to
discover it. Weights only; training may change all of it. The residual is laid out in parts: a token's own code, what
the output reads, codes of the four tokens before it, and a blurred code of the dozen before those."""
import torch

from model import Config, frequencies

SELF = slice(0, 48)
COPY = slice(48, 96)
BEFORE = (slice(96, 120), slice(120, 136), slice(136, 150), slice(150, 162))
BLUR = slice(162, 186)
# What a layer-0 head writes about a token: its first n numbers become the codes above.
CODE = 24
# RoPE pairs that hardly turn within 10,000 tokens: only there content can be compared over a distance.
STILL = [pair for pair in range(Config.head // 2) if frequencies()[pair] < 5e-5]
STILL_DIMS = STILL + [pair + Config.head // 2 for pair in STILL]
# The fastest pairs, which tell the distance between neighbours.
FAST = 6


def orthogonal(rows, columns, generator):
    size = max(rows, columns)
    return torch.linalg.qr(torch.randn(size, size, generator=generator))[0][:rows, :columns]


@torch.no_grad()
def initialise(model, tokens, seed=3):
    generator = torch.Generator().manual_seed(seed)
    embed(model, tokens, generator)
    code = orthogonal(CODE, 48, generator)
    look_back(model.blocks[0], code)
    for layer in (1, 3):
        induct(model.blocks[layer], code, generator)


def embed(model, tokens, generator):
    """A token's code; a word after a space begins as that word's code with a turn of its own."""
    own = torch.randn(len(tokens), 48, generator=generator)
    own *= 48**0.5 / own.norm(dim=1, keepdim=True)
    index = {token: i for i, token in enumerate(tokens)}
    for i, token in enumerate(tokens):
        bare = index.get(token[1:]) if len(token) > 2 and token[0] == "\u0120" else None
        if bare is not None:
            own[i] = 0.75 * own[bare] + 0.66 * own[i]
    model.embedding.mul_(0.1)
    model.embedding[:, SELF] += own * 0.5
    model.output.mul_(0.02)
    model.output[:, COPY] += own * 0.35


def look_back(block, code):
    """Heads 0 to 3 look at the token 1 to 4 places before, head 4 at about twelve around the eighth: constant queries
    and keys, turned by RoPE."""
    c, half = Config, Config.head // 2
    speed = frequencies()[:FAST]
    dims = [*range(FAST), *range(half, half + FAST)]
    for kv in range(c.kv_heads):
        at = kv * c.head
        for dim in dims:
            block.k.weight[at + dim] *= 0.05
        block.k.bias[at : at + FAST] = 5.0
        block.v.weight[at : at + CODE] = 0
        block.v.weight[at : at + CODE, SELF] = code
    heads = [(0, 1, 5.0, 1.0), (1, 2, 5.0, 1.0), (2, 3, 5.0, 1.0), (3, 4, 5.0, 1.0), (4, 7, 0.5, 4.0)]
    for (head, distance, amplitude, gain), part in zip(heads, (*BEFORE, BLUR)):
        at, size = head * c.head, part.stop - part.start
        for dim in dims:
            block.q.weight[at + dim] *= 0.05
        block.q.bias[at : at + FAST] = amplitude * torch.cos(-distance * speed)
        block.q.bias[at + half : at + half + FAST] = amplitude * torch.sin(-distance * speed)
        block.o.weight[:, at : at + c.head] *= 0.3
        block.o.weight[:, at : at + CODE] = 0
        block.o.weight[part, at : at + size] = gain * torch.eye(size)


def induct(block, code, generator):
    """Head 0 finds where the current token stood before, head 2 where the last three did, head 4 where the last five
    and what was around them did; all copy what came next."""
    c, strength = Config, 2.0
    room = len(STILL_DIMS)
    own = lambda size: [unit_code(SELF, code[i]) for i in range(size)]
    past = lambda index, size: [unit(i, BEFORE[index]) for i in range(size)]
    blurred = [unit(i, BLUR) for i in range(BLUR.stop - BLUR.start)]
    sizes = [part.stop - part.start for part in BEFORE]
    matches = (
        (own(sizes[0]), past(0, sizes[0])),
        (own(16) + past(0, 13) + past(1, 11), past(0, 16) + past(1, 13) + past(2, 11)),
        (own(16) + past(0, 16) + past(1, 14) + past(2, 12) + blurred,
         past(0, 16) + past(1, 16) + past(2, 14) + past(3, 12) + blurred),
    )
    for kv, (asked, offered) in enumerate(matches):
        head = 2 * kv
        asked, offered = torch.stack(asked), torch.stack(offered)
        if len(asked) > room:
            mixed = orthogonal(room, len(asked), generator) * (len(asked) / room) ** 0.5
            asked, offered = mixed @ asked, mixed @ offered
        for row, dim in enumerate(STILL_DIMS[: len(asked)]):
            block.q.weight[head * c.head + dim] = asked[row] * strength
            block.k.weight[kv * c.head + dim] = offered[row] * strength
        for i in range(48):
            block.v.weight[kv * c.head + i] = unit(i, SELF)
        block.o.weight[:, head * c.head : (head + 1) * c.head] *= 0.3
        block.o.weight[:, head * c.head : head * c.head + 48] = 0
        block.o.weight[COPY, head * c.head : head * c.head + 48] = torch.eye(48)


def unit(index, part):
    values = torch.zeros(Config.width)
    values[part.start + index] = 1.0
    return values


def unit_code(part, code):
    values = torch.zeros(Config.width)
    values[part] = code
    return values
