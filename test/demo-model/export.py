"""Writes the trained model as a GGUF file of the architecture gpt-oss: experts in MXFP4, the other matrices in F16,
norms, biases, sinks and router in F32, as in the real file.

usage: export.py FOLDER FILE      (FOLDER as train.py left it; takes model.pt, else checkpoint.pt)"""
import hashlib
import os
import struct
import sys

import numpy
import torch

import tokenizer
from model import Config

F32, F16, MXFP4 = 0, 1, 39
UINT32, FLOAT32, BOOL, STRING, ARRAY, INT32 = 4, 6, 7, 8, 9, 5
ALIGNMENT = 32
LEVELS = numpy.array([0, 0.5, 1, 1.5, 2, 3, 4, 6], numpy.float32)
EDGES = numpy.array([0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5.0], numpy.float32)


def mxfp4(values):
    """Blocks of 32: an exponent, then 16 bytes with element j in the low and j + 16 in the high half."""
    blocks = values.reshape(-1, 32).astype(numpy.float32)
    peak = numpy.floor(numpy.log2(numpy.maximum(numpy.abs(blocks).max(1), 1e-30)))
    best = None
    for shift in (2, 1):
        exponent = peak - shift
        scale = numpy.exp2(exponent)[:, None]
        level = numpy.searchsorted(EDGES, numpy.abs(blocks / scale))
        error = ((LEVELS[level] * scale - numpy.abs(blocks)) ** 2).sum(1)
        code = (level + 8 * (blocks < 0)).astype(numpy.uint8)
        if best is None:
            best = code, exponent, error
        else:
            better = error < best[2]
            best = numpy.where(better[:, None], code, best[0]), numpy.where(better, exponent, best[1]), None
    code, exponent, _ = best
    packed = numpy.zeros((len(blocks), 17), numpy.uint8)
    packed[:, 0] = numpy.clip(exponent + 127, 0, 254).astype(numpy.uint8)
    packed[:, 1:] = code[:, :16] | (code[:, 16:] << 4)
    return packed.tobytes()


def encoded(values, kind):
    values = numpy.ascontiguousarray(values)
    if kind == MXFP4:
        return mxfp4(values)
    return values.astype(numpy.float32 if kind == F32 else numpy.float16).tobytes()


def tensors_of(weights):
    """(name, values, type) for every tensor, under llama.cpp's names."""
    found = [("token_embd.weight", weights["embedding"], F16), ("output_norm.weight", weights["norm"], F32),
             ("output.weight", weights["output"], F16)]
    for layer in range(Config.layers):
        own = lambda name: weights[f"blocks.{layer}.{name}"]
        add = lambda name, values, kind: found.append((f"blk.{layer}.{name}", values, kind))
        add("attn_norm.weight", own("attention_norm"), F32)
        add("post_attention_norm.weight", own("expert_norm"), F32)
        for ours, theirs in (("q", "attn_q"), ("k", "attn_k"), ("v", "attn_v"), ("o", "attn_output")):
            add(f"{theirs}.weight", own(f"{ours}.weight"), F16)
            add(f"{theirs}.bias", own(f"{ours}.bias"), F32)
        add("attn_sinks.weight", own("sinks"), F32)
        add("ffn_gate_inp.weight", own("router.weight"), F32)
        add("ffn_gate_inp.bias", own("router.bias"), F32)
        for name in ("gate", "up", "down"):
            add(f"ffn_{name}_exps.weight", own(name), MXFP4)
            add(f"ffn_{name}_exps.bias", own(f"{name}_bias"), F32)
    return found


def string(text):
    data = text.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


def entry(key, kind, value):
    head = string(key) + struct.pack("<I", kind)
    if kind == STRING:
        return head + string(value)
    if kind == ARRAY:
        inner, values = value
        body = b"".join(map(string, values)) if inner == STRING else numpy.array(values, numpy.int32).tobytes()
        return head + struct.pack("<IQ", inner, len(values)) + body
    return head + struct.pack({UINT32: "<I", FLOAT32: "<f", BOOL: "<?"}[kind], value)


def header_entries(words, about):
    c, own = Config, "gpt-oss."
    control = lambda name: words.id[f"<|{name}|>"]
    numbers = {
        "block_count": c.layers, "context_length": 131072, "embedding_length": c.width,
        "feed_forward_length": c.hidden, "attention.head_count": c.heads, "attention.head_count_kv": c.kv_heads,
        "attention.key_length": c.head, "attention.value_length": c.head, "attention.sliding_window": c.window,
        "expert_count": c.experts, "expert_used_count": c.used, "expert_feed_forward_length": c.hidden,
        "rope.scaling.original_context_length": c.original_context,
    }
    fractions = {"attention.layer_norm_rms_epsilon": c.epsilon, "rope.freq_base": c.theta, "rope.scaling.factor": c.factor}
    kinds = [3 if index >= len(words.tokens) - len(tokenizer.CONTROLS) else 1 for index in range(len(words.tokens))]
    return [
        entry("general.architecture", STRING, "gpt-oss"),
        entry("general.type", STRING, "model"),
        entry("general.name", STRING, "Osprey demo model (gpt-oss architecture)"),
        entry("general.license", STRING, "Apache-2.0"),
        entry("general.description", STRING, about),
        entry("general.file_type", UINT32, 38),
        entry("general.quantization_version", UINT32, 2),
        *(entry(own + key, UINT32, value) for key, value in numbers.items()),
        *(entry(own + key, FLOAT32, value) for key, value in fractions.items()),
        entry(own + "rope.scaling.type", STRING, "yarn"),
        entry("tokenizer.ggml.model", STRING, "gpt2"),
        entry("tokenizer.ggml.pre", STRING, "gpt-4o"),
        entry("tokenizer.ggml.tokens", ARRAY, (STRING, words.tokens)),
        entry("tokenizer.ggml.token_type", ARRAY, (INT32, kinds)),
        entry("tokenizer.ggml.merges", ARRAY, (STRING, [" ".join(pair) for pair in words.merges])),
        entry("tokenizer.ggml.bos_token_id", UINT32, control("startoftext")),
        entry("tokenizer.ggml.eos_token_id", UINT32, control("return")),
        # Without it llama.cpp takes whichever of <|end|> and <|endoftext|> it meets first, and would end turns at <|end|>.
        entry("tokenizer.ggml.eot_token_id", UINT32, control("endoftext")),
        entry("tokenizer.ggml.padding_token_id", UINT32, control("endoftext")),
        entry("tokenizer.ggml.add_bos_token", BOOL, False),
    ]


def padded(data):
    return data + b"\0" * (-len(data) % ALIGNMENT)


def main():
    folder, target = sys.argv[1], sys.argv[2]
    trained = os.path.join(folder, "model.pt")
    kept = torch.load(trained if os.path.exists(trained) else os.path.join(folder, "checkpoint.pt"))
    words = tokenizer.load(os.path.join(folder, "merges.json"))
    Config.vocab = len(words.tokens)
    weights = {name: values.detach().float().numpy() for name, values in kept["model"].items()}
    about = f"Osprey's own tiny demo model, {kept['step']} steps on text made by Osprey. Not OpenAI's weights."
    entries = header_entries(words, about)
    tensors = [(name, values.shape, kind, encoded(values, kind)) for name, values, kind in tensors_of(weights)]
    infos, offset = b"", 0
    for name, shape, kind, data in tensors:
        infos += string(name) + struct.pack("<I", len(shape))
        infos += b"".join(struct.pack("<Q", size) for size in reversed(shape)) + struct.pack("<IQ", kind, offset)
        offset += len(padded(data))
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries)) + b"".join(entries) + infos
    content = padded(head) + b"".join(padded(data) for *_, data in tensors)
    with open(target, "wb") as file:
        file.write(content)
    count = sum(int(numpy.prod(shape)) for _, shape, *_ in tensors)
    print(f"{target}: step {kept['step']}, {len(content)} bytes, {count} parameters, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
