"""Byte-level BPE of the demo model: trains the merges, encodes segments. Knows no Harmony but the names of its
control tokens. A name reads the same wherever it stands (after a space, a quote, a slash): what stands before a word
merges with it only where the word is a frequent one of our own sentences. So copying a name is copying its tokens."""
import collections
import json

import regex

# The pre-tokenizer that llama.cpp calls "gpt-4o" (o200k), as a Python regex.
PATTERN = regex.compile(
    r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"""
    r"""|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"""
    r"""|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
)
CONTROLS = ["startoftext", "endoftext", "return", "constrain", "channel", "start", "end", "message", "call"]


def byte_alphabet():
    """GPT-2's printable stand-ins for the 256 bytes."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in kept]
    letters = {byte: chr(byte) for byte in kept}
    letters.update({byte: chr(256 + index) for index, byte in enumerate(others)})
    return [letters[byte] for byte in range(256)]


ALPHABET = byte_alphabet()


def spelled(text):
    return "".join(ALPHABET[byte] for byte in text.encode("utf-8"))


def leads_a_word(chunk):
    """One character that isn't a letter, then letters: ` word`, `"word`, `/word`."""
    return len(chunk) > 1 and not chunk[0].isalnum() and chunk[1].isalpha()


def learn_merges(counts, limit, before=(), longest=None):
    """The usual BPE training over counted words, after the merges in `before`. No token gets longer than `longest`."""
    words = []
    rank = {pair: index for index, pair in enumerate(before)}
    for word, count in sorted(counts.items()):
        symbols = list(word)
        while len(symbols) > 1:
            best = min(zip(symbols, symbols[1:]), key=lambda pair: rank.get(pair, len(rank)))
            if best not in rank:
                break
            merge_in(symbols, best)
        words.append((symbols, count))
    pairs, where = collections.Counter(), collections.defaultdict(set)
    for index, (symbols, count) in enumerate(words):
        for pair in zip(symbols, symbols[1:]):
            pairs[pair] += count
            where[pair].add(index)
    merges = []
    while len(merges) < limit and pairs:
        best, count = max(pairs.items(), key=lambda item: (item[1], item[0]))
        if count < 3:
            break
        if longest is not None and len(best[0] + best[1]) > longest:
            del pairs[best]
            continue
        merges.append(best)
        for index in list(where[best]):
            symbols, count = words[index]
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] -= count
                where[pair].discard(index)
                if pairs[pair] <= 0:
                    del pairs[pair]
            merge_in(symbols, best)
            for pair in zip(symbols, symbols[1:]):
                if longest is None or len(pair[0] + pair[1]) <= longest:
                    pairs[pair] += count
                where[pair].add(index)
    return merges


def merge_in(symbols, pair):
    at = 0
    while at < len(symbols) - 1:
        if (symbols[at], symbols[at + 1]) == pair:
            symbols[at : at + 2] = [symbols[at] + symbols[at + 1]]
        at += 1


# Of the room for merges: pieces of names, and a space with a word.
NAME_SHARE, SPACED_SHARE = 0.45, 0.16
# Letters of a piece of a name: so short that each is met in many names. Our own words of that length have no token
# with a space: names that begin with them would read otherwise after a space than after a slash.
LONGEST_PIECE = 3
# But for these, with which hardly a name begins.
SHORT_SPACED = ("the", "and", "not")


def train(texts, name_words, prose_words, size):
    """Merges for a vocabulary of `size`: first pieces of names, then our own words and signs, then a space with one."""
    named, inner, spaced = collections.Counter(), collections.Counter(), collections.Counter()
    for text in texts:
        for chunk in PATTERN.findall(text):
            if chunk[0].isdigit():
                continue
            lead = leads_a_word(chunk)
            word = chunk[1:] if lead else chunk
            if word.isalpha() and word not in prose_words:
                named[spelled(word)] += 1
                continue
            inner[spelled(word)] += 1
            if lead and chunk[0] == " " and word not in name_words and (len(word) > LONGEST_PIECE or word in SHORT_SPACED):
                spaced[word] += 1
    room = size - 256 - len(CONTROLS)
    merges = learn_merges(named, int(room * NAME_SHARE), longest=LONGEST_PIECE)
    merges += learn_merges(inner, room - int(room * SPACED_SHARE) - len(merges), before=merges)
    whole = Tokenizer(merges)
    space = ALPHABET[32]
    for word, _count in sorted(spaced.items(), key=lambda item: (-item[1], item[0])):
        if len(merges) == room:
            break
        if len(whole.encode(word)) == 1:
            merges.append((space, spelled(word)))
    return merges


class Tokenizer:
    def __init__(self, merges):
        self.merges = [tuple(pair) for pair in merges]
        self.rank = {pair: index for index, pair in enumerate(self.merges)}
        self.tokens = ALPHABET + [a + b for a, b in self.merges] + [f"<|{name}|>" for name in CONTROLS]
        self.id = {token: index for index, token in enumerate(self.tokens)}
        self.known = {}

    def encode(self, text):
        return [token for chunk in PATTERN.findall(text) for token in self.chunk(chunk)]

    def chunk(self, chunk):
        ids = self.known.get(chunk)
        if ids is None:
            symbols = [ALPHABET[byte] for byte in chunk.encode("utf-8")]
            while len(symbols) > 1:
                ranked = [(self.rank.get(pair, 1 << 30), pair) for pair in zip(symbols, symbols[1:])]
                rank, pair = min(ranked, key=lambda item: item[0])
                if rank == 1 << 30:
                    break
                merge_in(symbols, pair)
            ids = self.known[chunk] = [self.id[symbol] for symbol in symbols]
        return ids

    def encode_segments(self, segments, swapped=None):
        """Ids and loss weights. A segment is [text, weight] or [null, weight, control]; each is encoded by itself.
        `swapped`: tokens in whose place others stand."""
        ids, weights = [], []
        for segment in segments:
            more = self.encode(segment[0]) if segment[0] is not None else [self.id[f"<|{segment[2]}|>"]]
            if swapped:
                more = [part for token in more for part in swapped.get(token, (token,))]
            ids += more
            weights += [segment[1]] * len(more)
        return ids, weights

    def decode(self, ids):
        back = {letter: byte for byte, letter in enumerate(ALPHABET)}
        parts = []
        for token in (self.tokens[i] for i in ids):
            parts.append(token.encode() if token.startswith("<|") and token[2:-2] in CONTROLS
                         else bytes(back[letter] for letter in token))
        return b"".join(parts).decode("utf-8", "replace")

    def save(self, path):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(self.merges, file)


def load(path):
    with open(path, encoding="utf-8") as file:
        return Tokenizer(json.load(file))
