"""Writes LZFSE and LZVN, which no package of the tests does; the tests have 7-Zip read what comes out.

The input is cut in three: entropy-coded blocks, an LZVN block, a stored block. The bits are described in
src/formats/lzfse.c.
"""

import struct

L_MORE = [0] * 16 + [2, 3, 5, 8]
M_MORE = [0] * 16 + [3, 5, 8, 11]
D_MORE = [bits for bits in range(16) for _ in range(4)]
L_STATES, M_STATES, D_STATES, LITERAL_STATES = 64, 64, 256, 1024
LENGTH_MAX, MATCH_MAX = 315, 2359
LITERALS_MAX, MATCHES_MAX = 39000, 9000


def matches(data, start, end):
    """(literals, match bytes, distance) from data[start:end], matches of four bytes and more."""
    seen, at, from_ = {}, start, start
    for i in range(max(0, start - 4096), start):
        seen[data[i:i + 4]] = i
    while at < end:
        key = data[at:at + 4]
        old = seen.get(key) if at + 4 <= end else None
        seen[key] = at
        if old is None or at - old >= 1 << 16:
            at += 1
            continue
        n = 4
        while at + n < end and n < MATCH_MAX and data[old + n] == data[at + n]:
            n += 1
        while at - from_ > LENGTH_MAX:
            yield data[from_:from_ + LENGTH_MAX], 0, 1
            from_ += LENGTH_MAX
        yield data[from_:at], n, at - old
        at += n
        from_ = at
    while from_ < end:
        yield data[from_:min(end, from_ + LENGTH_MAX)], 0, 1
        from_ += LENGTH_MAX


class Bits:
    """Bits from the lowest up; the reader takes them from the top down."""

    def __init__(self):
        self.value = self.count = 0

    def add(self, value, count):
        self.value |= value << self.count
        self.count += count

    def finish(self):
        size = (self.count + 7) // 8
        return self.value.to_bytes(size, "little"), self.count - 8 * size


def frequencies(symbols, count, states):
    """How many of the states each symbol gets: at least one if it occurs, all of them together."""
    seen = [0] * count
    for symbol in symbols:
        seen[symbol] += 1
    total = sum(seen)
    if not total:
        return seen
    out = [max(1, n * states // total) if n else 0 for n in seen]
    while sum(out) != states:
        largest = out.index(max(out))
        out[largest] += 1 if sum(out) < states else -1
    return out


class States:
    def __init__(self, frequency, states):
        self.states, self.state, self.table, at = states, 0, {}, 0
        for symbol, f in enumerate(frequency):
            if f:
                k = states.bit_length() - f.bit_length()
                self.table[symbol] = (k, (f << k) - states, at - f + (states >> k), at - f + (states >> k - 1) if k else 0)
                at += f

    def put(self, bits, symbol):
        k, threshold, wide, narrow = self.table[symbol]
        if self.state >= threshold:
            count, base = k, wide
        else:
            count, base = k - 1, narrow
        bits.add(self.state & (1 << count) - 1, count)
        self.state = base + (self.state >> count)


def ranged(more):
    first = [0]
    for bits in more[:-1]:
        first.append(first[-1] + (1 << bits))

    def find(value):
        symbol = max(i for i, start in enumerate(first) if start <= value)
        return symbol, value - first[symbol], more[symbol]
    return find


L_FIND, M_FIND, D_FIND = ranged(L_MORE), ranged(M_MORE), ranged(D_MORE)


def packed_frequencies(all_of_them):
    bits = Bits()
    for f in all_of_them:
        if f < 2:
            bits.add(f << 1, 2)
        elif f < 4:
            bits.add(1 | (f - 2) << 2, 3)
        elif f < 8:
            bits.add(3 | (f - 4) << 3, 5)
        elif f < 24:
            bits.add(7 | (f - 8) << 4, 8)
        else:
            bits.add(15 | (f - 24) << 4, 14)
    return bits.finish()[0]


def coded_block(triples):
    literals = b"".join(l for l, _, _ in triples)
    size = len(literals) + sum(m for _, m, _ in triples)
    literals += b"\0" * (-len(literals) % 4)
    values, last = [], 0
    for l, m, d in triples:
        values.append((L_FIND(len(l)), M_FIND(m), D_FIND(0 if d == last else d)))
        last = d
    tables = [(frequencies([v[i][0] for v in values], n, states), states)
              for i, (n, states) in enumerate([(20, L_STATES), (20, M_STATES), (64, D_STATES)])]
    literal_table = frequencies(literals, 256, LITERAL_STATES)

    bits, four = Bits(), [States(literal_table, LITERAL_STATES) for _ in range(4)]
    for i in reversed(range(len(literals))):
        four[i % 4].put(bits, literals[i])
    literal_bytes, literal_bits = bits.finish()
    literal_bytes = b"\0" * max(0, 8 - len(literal_bytes)) + literal_bytes

    bits, three = Bits(), [States(*t) for t in tables]
    for value in reversed(values):
        for i in (2, 1, 0):
            symbol, rest, more = value[i]
            bits.add(rest, more)
            three[i].put(bits, symbol)
    match_bytes, match_bits = bits.finish()
    match_bytes = b"\0" * 8 + match_bytes  # readers take eight bytes at once

    table = packed_frequencies(sum((f for f, _ in tables), []) + literal_table)
    first = len(literals) | len(literal_bytes) << 20 | len(values) << 40 | literal_bits + 7 << 60
    second = sum(s.state << 10 * i for i, s in enumerate(four)) | len(match_bytes) << 40 | match_bits + 7 << 60
    third = 32 + len(table) | three[0].state << 32 | three[1].state << 42 | three[2].state << 52
    return b"bvx2" + struct.pack("<IQQQ", size, first, second, third) + table + literal_bytes + match_bytes


def coded(data, start, end):
    out, triples, literals = b"", [], 0
    for triple in matches(data, start, end):
        if literals + len(triple[0]) > LITERALS_MAX or len(triples) == MATCHES_MAX:
            out += coded_block(triples)
            triples, literals = [], 0
        triples.append(triple)
        literals += len(triple[0])
    return out + (coded_block(triples) if triples else b"")


def lzvn_match(m, d, last):
    """A match in the shortest instruction that holds it, then as much of it as is left."""
    n = min(m, 10)
    if d == last:
        out, n = b"", 0
    elif d < 0x600:
        out = bytes([n - 3 << 3 | d >> 8, d & 0xff])
    elif d < 1 << 14 and m <= 34:
        out, n = bytes([0xa0 | m - 3 >> 2]) + struct.pack("<H", d << 2 | m - 3 & 3), m
    else:
        out = bytes([n - 3 << 3 | 7]) + struct.pack("<H", d)
    left = m - n
    while left:
        step = min(left, 271)
        out += bytes([0xf0 | step]) if step < 16 else bytes([0xf0, step - 16])
        left -= step
    return out


def lzvn(data, start=0, end=None):
    """A bare stream; with start, one that reaches back in front of itself."""
    out, last = b"\x0e", 0
    for literals, m, d in matches(data, start, len(data) if end is None else end):
        while literals:
            step = min(len(literals), 271)
            out += (bytes([0xe0 | step]) if step < 16 else bytes([0xe0, step - 16])) + literals[:step]
            literals = literals[step:]
        if m:
            out += lzvn_match(m, d, last)
            last = d
    return out + b"\6" + b"\0" * 7


def compress(data):
    a, b = len(data) // 2, len(data) * 3 // 4
    stream = lzvn(data, a, b)
    out = coded(data, 0, a) if a else b""
    out += b"bvxn" + struct.pack("<II", b - a, len(stream)) + stream
    return out + b"bvx-" + struct.pack("<I", len(data) - b) + data[b:] + b"bvx$"
