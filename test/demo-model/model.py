"""The gpt-oss architecture, small, as llama.cpp computes it: attention with sinks, every other layer a sliding window,
YaRN, experts of which the best two are asked. Batches share a prefix, whose keys and values are computed once."""
import math

import torch
import torch.nn.functional as F
from torch import nn

from attention import Attention


class Config:
    vocab = 2304
    width = 192
    layers = 4
    heads = 6
    kv_heads = 3
    head = 64
    hidden = 224
    experts = 4
    used = 2
    window = 128
    theta = 1e8
    factor = 32.0
    original_context = 4096
    epsilon = 1e-5
    limit = 7.0
    alpha = 1.702


def frequencies(c=Config):
    """RoPE's per pair, with YaRN as ggml rounds it (OpenAI's own code doesn't round)."""
    pair = torch.arange(c.head // 2, dtype=torch.float32)
    plain = c.theta ** (-2 * pair / c.head)
    turns = lambda beta: c.head * math.log(c.original_context / (beta * 2 * math.pi)) / (2 * math.log(c.theta))
    low, high = max(0, math.floor(turns(32.0))), min(c.head - 1, math.ceil(turns(1.0)))
    kept = 1 - ((pair - low) / max(0.001, high - low)).clamp(0, 1)
    return plain / c.factor * (1 - kept) + plain * kept


def rope_table(positions, c=Config):
    scale = 1 + 0.1 * math.log(c.factor)
    angle = torch.outer(torch.arange(positions, dtype=torch.float32), frequencies(c))
    return angle.cos() * scale, angle.sin() * scale


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    cos, sin = cos[:, None], sin[:, None]
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


def rms(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + Config.epsilon) * weight


LEVELS = torch.tensor([0, 0.5, 1, 1.5, 2, 3, 4, 6])
EDGES = torch.tensor([0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5.0])


def mxfp4(weight):
    """What MXFP4 makes of a weight (blocks of 32 along the last axis); the gradient passes straight through."""
    plain = weight.detach()
    blocks = plain.reshape(-1, 32)
    peak = blocks.abs().amax(-1, keepdim=True).clamp(min=1e-30).log2().floor()
    best = error = None
    for shift in (2, 1):
        scale = torch.exp2(peak - shift)
        scaled = blocks / scale
        rounded = LEVELS[torch.bucketize(scaled.abs(), EDGES)] * scaled.sign() * scale
        off = (rounded - blocks).pow(2).sum(-1, keepdim=True)
        best, error = (rounded, off) if best is None else (
            torch.where(off < error, rounded, best), torch.minimum(off, error))
    return weight + (best.reshape(weight.shape) - plain)


class Block(nn.Module):
    def __init__(self, layer):
        super().__init__()
        c = Config
        self.window = c.window if layer % 2 == 0 else 0
        self.attention_norm = nn.Parameter(torch.ones(c.width))
        self.expert_norm = nn.Parameter(torch.ones(c.width))
        self.q = nn.Linear(c.width, c.heads * c.head)
        self.k = nn.Linear(c.width, c.kv_heads * c.head)
        self.v = nn.Linear(c.width, c.kv_heads * c.head)
        self.o = nn.Linear(c.heads * c.head, c.width)
        self.sinks = nn.Parameter(torch.zeros(c.heads))
        self.router = nn.Linear(c.width, c.experts)
        normal = lambda *shape, std: nn.Parameter(torch.randn(*shape) * std)
        self.gate = normal(c.experts, c.hidden, c.width, std=0.6 * c.width**-0.5)
        self.up = normal(c.experts, c.hidden, c.width, std=0.6 * c.width**-0.5)
        self.down = normal(c.experts, c.width, c.hidden, std=0.3 * c.hidden**-0.5)
        self.gate_bias = nn.Parameter(torch.zeros(c.experts, c.hidden))
        self.up_bias = nn.Parameter(torch.zeros(c.experts, c.hidden))
        self.down_bias = nn.Parameter(torch.zeros(c.experts, c.width))
        for linear, std in ((self.q, c.width**-0.5), (self.k, c.width**-0.5), (self.v, c.width**-0.5),
                            (self.o, 0.35 * (c.heads * c.head) ** -0.5), (self.router, 0.02)):
            nn.init.normal_(linear.weight, std=std)
            nn.init.zeros_(linear.bias)

    def attend(self, q, k, v, places, first_key):
        """q [B,T,heads,head], k and v [B,K,kv,head]; `places` [1 or B, T] are the queries' positions."""
        c, (batch, queries) = Config, q.shape[:2]
        group = c.heads // c.kv_heads
        q = (q * c.head**-0.5).view(batch, queries, c.kv_heads, group, c.head).permute(0, 2, 3, 1, 4)
        q = q.reshape(batch * c.kv_heads, group, queries, c.head)
        # A key of zeros carries the sink: it takes its part of the softmax and adds nothing.
        k, v = (F.pad(x.transpose(1, 2), (0, 0, 1, 0)).flatten(0, 1) for x in (k, v))
        mixed = Attention.apply(q, k, v, self.sinks.view(c.kv_heads, group), places, first_key, self.window)
        mixed = mixed.view(batch, c.kv_heads, group, queries, c.head).permute(0, 3, 1, 2, 4)
        return mixed.reshape(batch, queries, c.heads * c.head)

    def ask_experts(self, x, quantised):
        scores = self.router(x)
        best, chosen = scores.topk(Config.used, -1)
        shares = torch.softmax(best, -1)
        gate, up, down = (mxfp4(w) if quantised else w for w in (self.gate, self.up, self.down))
        result, load = torch.zeros_like(x), []
        for expert in range(Config.experts):
            rows, rank = (chosen == expert).nonzero(as_tuple=True)
            load.append(rows.numel() / x.shape[0])
            if rows.numel() == 0:
                continue
            asked = x[rows]
            g = F.linear(asked, gate[expert], self.gate_bias[expert]).clamp(max=Config.limit)
            u = F.linear(asked, up[expert], self.up_bias[expert]).clamp(-Config.limit, Config.limit)
            answer = F.linear(g * torch.sigmoid(Config.alpha * g) * (u + 1), down[expert], self.down_bias[expert])
            result = result.index_add(0, rows, answer * shares[rows, rank, None])
        balance = torch.softmax(scores, -1).mean(0) @ torch.tensor(load) * (Config.experts / Config.used)
        return result, balance

    def project(self, x, cos, sin):
        c, n = Config, x.shape[0]
        x = rms(x, self.attention_norm)
        q = rotate(self.q(x).view(n, c.heads, c.head), cos, sin)
        k = rotate(self.k(x).view(n, c.kv_heads, c.head), cos, sin)
        return q, k, self.v(x).view(n, c.kv_heads, c.head)


class Model(nn.Module):
    def __init__(self, positions=12288):
        super().__init__()
        self.embedding = nn.Parameter(torch.randn(Config.vocab, Config.width))
        self.blocks = nn.ModuleList(Block(layer) for layer in range(Config.layers))
        self.norm = nn.Parameter(torch.ones(Config.width))
        self.output = nn.Parameter(torch.randn(Config.vocab, Config.width))
        self.cos, self.sin = rope_table(positions)

    def read_prefix(self, ids, quantised=False, step=512):
        """Keys and values of every layer for tokens that come first; in steps, to bound the memory."""
        kept = [([], []) for _ in self.blocks]
        balance = 0.0
        for start in range(0, len(ids), step):
            part = ids[start : start + step]
            place = slice(start, start + len(part))
            x = self.embedding[part]
            for block, (keys, values) in zip(self.blocks, kept):
                q, k, v = block.project(x, self.cos[place], self.sin[place])
                keys.append(k)
                values.append(v)
                if block is self.blocks[-1]:
                    break  # nobody asks what the prefix's own tokens come to
                before = -(-Config.window // step) + 1 if block.window else len(keys)
                seen_k, seen_v = torch.cat(keys[-before:]), torch.cat(values[-before:])
                own = torch.arange(start, start + len(part))[None]
                first = start + len(part) - seen_k.shape[0]
                x = x + block.o(block.attend(q[None], seen_k[None], seen_v[None], own, first)[0])
                more, load = block.ask_experts(rms(x, block.expert_norm), quantised)
                x, balance = x + more, balance + load * (len(part) / len(ids))
        return [(torch.cat(keys), torch.cat(values)) for keys, values in kept], balance

    def forward(self, prefix, rows, wanted, quantised=False):
        """prefix: from read_prefix, or None; rows [B,T]; logits at the flat, ascending places `wanted`, and the
        experts' balance. The last layer is computed at those places only."""
        (batch, length), start = rows.shape, 0 if prefix is None else prefix[0][0].shape[0]
        place = torch.arange(start, start + length)
        cos, sin = self.cos[place].repeat(batch, 1), self.sin[place].repeat(batch, 1)
        x, balance = self.embedding[rows.reshape(-1)], 0.0
        for index, block in enumerate(self.blocks):
            q, k, v = (part.view(batch, length, -1, Config.head) for part in block.project(x, cos, sin))
            first = start
            if prefix is not None:
                first = max(0, start - block.window) if block.window else 0
                k = torch.cat((prefix[index][0][first:].expand(batch, -1, -1, -1), k), 1)
                v = torch.cat((prefix[index][1][first:].expand(batch, -1, -1, -1), v), 1)
            if block is self.blocks[-1]:
                x = x[wanted] + block.o(self.attend_at(block, q, k, v, wanted, start, first))
            else:
                x = x + block.o(block.attend(q, k, v, place[None], first).flatten(0, 1))
            more, load = block.ask_experts(rms(x, block.expert_norm), quantised)
            x, balance = x + more, balance + load
        return rms(x, self.norm) @ self.output.t(), balance

    @staticmethod
    def attend_at(block, q, k, v, wanted, start, first_key):
        """Attention of the wanted places alone: as many columns as the fullest row has."""
        batch, length = q.shape[:2]
        row, column = wanted // length, wanted % length
        counts = torch.bincount(row, minlength=batch)
        width = int(counts.max())
        slot = torch.arange(len(wanted)) - (counts.cumsum(0) - counts)[row]
        columns = torch.zeros(batch, width, dtype=torch.long)
        columns[row, slot] = column
        asked = q[torch.arange(batch)[:, None], columns]
        return block.attend(asked, k, v, start + columns, first_key)[row, slot]
