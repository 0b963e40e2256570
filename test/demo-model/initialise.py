"""Induction heads by initialisation: the model starts able to go on as the text went on before, instead of having to
discover it. Weights only; training may change all of it. The residual is laid out in parts: a token's own code, codes
of the three tokens before it, and what the output reads."""
import torch

from model import Config, frequencies

SELF = slice(0, 48)
COPY = slice(48, 96)
BEFORE = (slice(96, 124), slice(124, 140), slice(140, 154))
# What one layer-0 head writes about a token: its first n numbers become the codes above.
CODE = 28
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
        induct(model.blocks[layer], code)


def embed(model, tokens, generator):
    """A token's code; a word after a space begins as that word's code with a turn of its own."""
    own = torch.randn(len(tokens), 48, generator=generator)
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
    """Heads 0, 1 and 2 look at the token 1, 2 and 3 places before: constant queries and keys, turned by RoPE."""
    c, half, amplitude = Config, Config.head // 2, 4.5
    speed = frequencies()[:FAST]
    dims = [*range(FAST), *range(half, half + FAST)]
    for kv in range(c.kv_heads):
        at = kv * c.head
        for dim in dims:
            block.k.weight[at + dim] *= 0.05
        block.k.bias[at : at + FAST] = amplitude
        block.v.weight[at : at + CODE] = 0
        block.v.weight[at : at + CODE, SELF] = code
    for head, part in enumerate(BEFORE):
        at, size = head * c.head, part.stop - part.start
        for dim in dims:
            block.q.weight[at + dim] *= 0.05
        block.q.bias[at : at + FAST] = amplitude * torch.cos(-(head + 1) * speed)
        block.q.bias[at + half : at + half + FAST] = amplitude * torch.sin(-(head + 1) * speed)
        block.o.weight[:, at : at + c.head] *= 0.3
        block.o.weight[:, at : at + CODE] = 0
        block.o.weight[part, at : at + size] = torch.eye(size)


def induct(block, code):
    """Head 0 finds where the current token stood before, head 2 where the last three did; both copy what came next."""
    c, strength = Config, 2.0
    rows = code.shape[0]
    one, two, three = BEFORE
    first, second = 0, c.head
    dims = STILL_DIMS[:rows]
    for index, dim in enumerate(dims):
        plain_row(block.q, first + dim, SELF, code[index] * strength)
        plain_row(block.k, first + dim, one, unit(index, one) * strength)
    # Three short codes side by side: 12 numbers of the current token, 9 of the one before, 7 of the one before that.
    sources = [(SELF, code[i]) for i in range(12)]
    sources += [(one, unit(i, one)) for i in range(9)] + [(two, unit(i, two)) for i in range(7)]
    targets = [(one, i) for i in range(12)] + [(two, i) for i in range(9)] + [(three, i) for i in range(7)]
    for dim, (source, values), (target, i) in zip(dims, sources, targets):
        plain_row(block.q, 2 * c.head + dim, source, values * strength)
        plain_row(block.k, second + dim, target, unit(i, target) * strength)
    for kv, head in ((0, 0), (1, 2)):
        for i in range(48):
            plain_row(block.v, kv * c.head + i, SELF, unit(i, SELF))
        block.o.weight[:, head * c.head : (head + 1) * c.head] *= 0.3
        block.o.weight[:, head * c.head : head * c.head + 48] = 0
        block.o.weight[COPY, head * c.head : head * c.head + 48] = torch.eye(48)


def unit(index, part):
    values = torch.zeros(part.stop - part.start)
    values[index] = 1.0
    return values


def plain_row(linear, row, part, values):
    linear.weight[row] = 0
    linear.weight[row, part] = values
