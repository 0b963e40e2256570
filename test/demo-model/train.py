"""Trains the demo model on a corpus that corpus.ts wrote. One process, one thread: the same corpus, seed and number of
steps give the same weights on the same machine. Goes on from its checkpoint when there is one.

usage: train.py CORPUS FOLDER --steps N [--until N] [--seed 7] [--rate 0.0025]
--steps is the length of the schedule; --until ends earlier, to go on with another schedule."""
import argparse
import ctypes
import json
import math
import os
import random
import time
import zlib

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # before the libraries start their threads

import torch
import torch.nn.functional as F

import tokenizer
from initialise import initialise
from model import Config, Model
from optimiser import Optimiser

VOCABULARY_LINES = 400
LONG_PREFIX = 1400
QUANTISED_FROM = 0.75


def keep_memory():
    """Tells glibc to keep big blocks: giving each tensor back to the system costs a third of the time."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(-4, 0)  # M_MMAP_MAX
        libc.mallopt(-1, 2**31 - 1)  # M_TRIM_THRESHOLD


def lines_of(path, start=0):
    """The corpus's groups with the place after each, over and over."""
    while True:
        with open(path, "rb") as file:
            file.seek(start)
            while line := file.readline():
                group = json.loads(line)
                if "rows" in group:
                    yield group, file.tell()
        start = 0


def vocabulary(corpus, folder):
    """The tokenizer, made of the corpus's beginning unless the folder has one, and the words of our own sentences."""
    path = os.path.join(folder, "merges.json")
    with open(corpus, encoding="utf-8") as file:
        head = json.loads(file.readline())
        if not os.path.exists(path):
            texts = []
            for line, _ in zip(file, range(VOCABULARY_LINES)):
                group = json.loads(line)
                for row in [group["prefix"], *group["rows"]]:
                    texts += [segment[0] for segment in row if segment[0] is not None]
            merges = tokenizer.train(texts, set(head["nameWords"]), set(head["proseWords"]), Config.vocab)
            tokenizer.Tokenizer(merges).save(path)
    return tokenizer.load(path), head["proseWords"]


class Swapper:
    """Puts other tokens in the place of some that names are made of, everywhere in a group: so the model learns to
    copy every token there is, not only those that the corpus's names happen to have."""

    RATES = {"fixed": 0.0, "ghost": 0.08, "action": 0.08}

    def __init__(self, words, prose):
        kept = {token for word in prose for token in words.encode(word)}
        self.letters = [i for i, token in enumerate(words.tokens) if token.isascii() and token.isalpha()]
        self.pieces = [token for token in self.letters if token not in kept]

    def swapped(self, group):
        dice = random.Random(zlib.crc32(json.dumps(group["rows"][0]).encode()))
        rate = self.RATES.get(group["kind"], 0.2)
        return {token: (dice.choice(self.letters),) for token in self.pieces if dice.random() < rate}


def batch_of(group, words, swapper):
    """The prefix's ids, the rows as one table, and where a token is to be predicted with which weight."""
    swapped = swapper.swapped(group)
    prefix = torch.tensor(words.encode_segments(group["prefix"], swapped)[0], dtype=torch.long)
    rows = [words.encode_segments(row, swapped) for row in group["rows"]]
    length = max(len(ids) for ids, _ in rows)
    table = torch.full((len(rows), length), words.id["<|endoftext|>"])
    weights = torch.zeros(len(rows), length)
    for index, (ids, loss) in enumerate(rows):
        table[index, : len(ids)] = torch.tensor(ids)
        weights[index, : len(ids)] = torch.tensor(loss, dtype=torch.float)
    return prefix, table, weights


def loss_of(model, group, words, swapper, quantised):
    prefix, table, weights = batch_of(group, words, swapper)
    row, column = (weights[:, 1:] > 0).nonzero(as_tuple=True)
    before, balance = None, 0.0
    if len(prefix) > LONG_PREFIX:
        with torch.no_grad():
            before, _ = model.read_prefix(prefix, quantised)
    elif len(prefix) > 0:
        before, balance = model.read_prefix(prefix, quantised, step=LONG_PREFIX)
    logits, more = model(before, table, row * table.shape[1] + column, quantised)
    each = F.cross_entropy(logits, table[:, 1:][row, column], reduction="none")
    weight = weights[:, 1:][row, column]
    right = (logits.detach().argmax(-1) == table[:, 1:][row, column]).float()
    return (each * weight).sum() / weight.sum(), balance + more, right[weight >= 1].mean().item(), len(prefix) + table.numel()


def rate_at(done, peak, step):
    warm = min(1.0, (step + 1) / 40)
    fall = 1.0 if done < 0.25 else 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (done - 0.25) / 0.75))
    return peak * warm * fall


def save(path, content):
    torch.save(content, path + ".new")
    os.replace(path + ".new", path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus")
    parser.add_argument("folder")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--until", type=int)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rate", type=float, default=2.5e-3)
    options = parser.parse_args()
    keep_memory()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(options.seed)
    os.makedirs(options.folder, exist_ok=True)
    words, prose = vocabulary(options.corpus, options.folder)
    Config.vocab = len(words.tokens)
    model = Model()
    initialise(model, words.tokens)
    optimiser = Optimiser(model)
    step, place = 0, 0
    checkpoint = os.path.join(options.folder, "checkpoint.pt")
    if os.path.exists(checkpoint):
        kept = torch.load(checkpoint)
        model.load_state_dict(kept["model"])
        optimiser.load_state_dict(kept["optimiser"])
        step, place = kept["step"], kept["place"] if kept.get("corpus") == options.corpus else 0
    run(model, optimiser, words, Swapper(words, prose), options, step, place, checkpoint)


def run(model, optimiser, words, swapper, options, step, place, checkpoint):
    groups, seen, tokens, started = lines_of(options.corpus, place), {}, 0, time.time()
    parameters = list(model.parameters())
    last = options.until or options.steps
    while step < last:
        group, place = next(groups)
        done = step / options.steps
        loss, balance, right, size = loss_of(model, group, words, swapper, quantised=done > QUANTISED_FROM)
        gradients = torch.autograd.grad(loss + 0.01 * balance, parameters)
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step(rate_at(done, options.rate, step))
        step, tokens = step + 1, tokens + size
        seen.setdefault(group["kind"], []).append((loss.item(), right))
        if step % 25 == 0:
            means = " ".join(
                f"{kind} {sum(l for l, _ in found) / len(found):.3f} {100 * sum(r for _, r in found) / len(found):.1f}%"
                for kind, found in sorted(seen.items()))
            spent = time.time() - started
            print(f"{step}/{options.steps} {spent / 60:.1f} min {tokens / spent:.0f} tokens/s  {means}", flush=True)
            seen = {}
        if step % 100 == 0 or step == last:
            save(checkpoint, {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step,
                              "corpus": options.corpus, "place": place})
    save(os.path.join(options.folder, "model.pt"), {"model": model.state_dict(), "step": step, "seed": options.seed})


if __name__ == "__main__":
    main()
