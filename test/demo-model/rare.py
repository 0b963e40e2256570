"""Repairs tokens that training hardly met. Their codes stayed as they were made while the others' moved on together,
and their scores were only ever pushed down; a linear fit over the other tokens says where they would be."""
import torch

from initialise import SELF, initialise
from model import Model


@torch.no_grad()
def repair_rare_tokens(weights, tokens, seed, ridge=1.0):
    """Changes embedding and output of the rare tokens in `weights`; returns how many they were."""
    torch.manual_seed(seed)
    first = Model(positions=1)
    initialise(first, tokens)
    moved = (weights["embedding"] - first.embedding).norm(dim=1)
    words = torch.tensor([token.isalpha() and token.isascii() for token in tokens])
    rare = words & (moved < 0.35 * moved[words].median())
    known = words & ~rare
    own = torch.cat((first.embedding[:, SELF], torch.ones(len(tokens), 1)), 1)
    inverse = torch.linalg.inv(own[known].t() @ own[known] + ridge * torch.eye(own.shape[1])) @ own[known].t()
    for name, start in (("embedding", first.embedding), ("output", first.output)):
        shift = weights[name] - start
        weights[name][rare] = start[rare] + own[rare] @ (inverse @ shift[known])
    return int(rare.sum())
