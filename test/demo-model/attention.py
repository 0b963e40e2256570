"""Causal attention with sinks, forward and backward by hand: block by block of the queries, so that keys which come
later, or lie outside of the window, cost nothing."""
import torch

BLOCK = 96


class Attention(torch.autograd.Function):
    """q [N,G,T,head], scaled; k and v [N,1+K,head], whose first row is zeros and stands for the sink; sinks [kv,G];
    `places` [1 or B, T] the queries' positions. N is B * kv: each pair of key and value heads serves G query heads.
    Gives [N,G,T,head]."""

    @staticmethod
    def forward(ctx, q, k, v, sinks, places, first_key, window):
        (n, group, queries, size), kv = q.shape, sinks.shape[0]
        result, blocks = torch.empty_like(q), []
        for at in range(0, queries, BLOCK):
            end = min(at + BLOCK, queries)
            own = places[:, at:end] - first_key
            least, most = int(own.min()), int(own.max())
            low, high = max(0, least + 1 - window) if window else 0, most + 1
            scores = torch.bmm(q[:, :, at:end].reshape(n, -1, size), part(k, low, high).transpose(1, 2))
            parted = scores.view(n // kv, kv, group, end - at, -1)
            parted[..., 0] += sinks.view(kv, group, 1)
            # Every query sees the keys before `clear`.
            clear = low if window else max(0, least + 1)
            distance = own[:, None, None, :, None] - torch.arange(clear, high)
            hidden = (distance < 0) | (distance >= window) if window else distance < 0
            parted[..., 1 + clear - low :] += torch.zeros(hidden.shape).masked_fill_(hidden, -1e30)
            shares = torch.softmax(scores, -1)
            result[:, :, at:end] = torch.bmm(shares, part(v, low, high)).view(n, group, end - at, size)
            blocks.append((at, end, low, high, shares))
        ctx.save_for_backward(q, k, v)
        ctx.blocks, ctx.kv = blocks, kv
        return result

    @staticmethod
    def backward(ctx, gradient):
        q, k, v = ctx.saved_tensors
        n, group, _, size = q.shape
        of_q, of_k, of_v = torch.empty_like(q), torch.zeros_like(k), torch.zeros_like(v)
        of_sinks = torch.zeros(ctx.kv, group)
        for at, end, low, high, shares in ctx.blocks:
            asked = q[:, :, at:end].reshape(n, -1, size)
            given = gradient[:, :, at:end].reshape(n, -1, size)
            add_part(of_v, low, high, torch.bmm(shares.transpose(1, 2), given))
            of_shares = torch.bmm(given, part(v, low, high).transpose(1, 2))
            of_scores = torch._softmax_backward_data(of_shares, shares, -1, torch.float32)
            of_sinks += of_scores.view(n // ctx.kv, ctx.kv, group, end - at, -1)[..., 0].sum((0, 3))
            of_q[:, :, at:end] = torch.bmm(of_scores, part(k, low, high)).view(n, group, end - at, size)
            add_part(of_k, low, high, torch.bmm(of_scores.transpose(1, 2), asked))
        ctx.blocks = None
        return of_q, of_k, of_v, of_sinks, None, None, None


def part(rows, low, high):
    """The sink's row and those of the keys from `low` to before `high`."""
    return rows[:, : high + 1] if low == 0 else torch.cat((rows[:, :1], rows[:, low + 1 : high + 1]), 1)


def add_part(rows, low, high, more):
    if low == 0:
        rows[:, : high + 1] += more
    else:
        rows[:, :1] += more[:, :1]
        rows[:, low + 1 : high + 1] += more[:, 1:]
