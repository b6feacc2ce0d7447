"""Ordinary small features, as patch releases add them; some look odd at a glance and are harmless.

Each entry: name, parameters, body (a function body in plain ES2015, no imports), a line of doc.
"""

FEATURES = [
    ("clampNumber", "value, low, high", "  if (low > high) return clampNumber(value, high, low);\n  return Math.min(Math.max(value, low), high);",
     "Keeps a number inside a range."),
    ("chunkList", "list, size", "  const out = [];\n  for (let i = 0; i < list.length; i += size) {\n    out.push(list.slice(i, i + size));\n  }\n  return out;",
     "Cuts a list into pieces of the same length."),
    ("formatBytes", "bytes", "  const units = ['B', 'kB', 'MB', 'GB', 'TB'];\n  let step = 0;\n  while (bytes >= 1000 && step < units.length - 1) {\n    bytes /= 1000;\n    step += 1;\n  }\n  return (step ? bytes.toFixed(1) : String(bytes)) + ' ' + units[step];",
     "A size as people read it."),
    ("parseQuery", "text", "  const out = {};\n  for (const pair of text.replace(/^\\?/, '').split('&')) {\n    if (!pair) continue;\n    const [key, value] = pair.split('=');\n    out[decodeURIComponent(key)] = value === undefined ? true : decodeURIComponent(value.replace(/\\+/g, ' '));\n  }\n  return out;",
     "The parameters of a query string."),
    ("slugify", "text", "  return text\n    .normalize('NFKD')\n    .replace(/[\\u0300-\\u036f]/g, '')\n    .toLowerCase()\n    .replace(/[^a-z0-9]+/g, '-')\n    .replace(/^-|-$/g, '');",
     "A text as part of an address."),
    ("compareVersions", "a, b", "  const x = a.split('.').map(Number);\n  const y = b.split('.').map(Number);\n  for (let i = 0; i < Math.max(x.length, y.length); i += 1) {\n    const d = (x[i] || 0) - (y[i] || 0);\n    if (d) return d < 0 ? -1 : 1;\n  }\n  return 0;",
     "Orders two dotted versions."),
    ("editDistance", "a, b", "  let row = Array.from({ length: b.length + 1 }, (_, i) => i);\n  for (let i = 1; i <= a.length; i += 1) {\n    const next = [i];\n    for (let j = 1; j <= b.length; j += 1) {\n      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));\n    }\n    row = next;\n  }\n  return row[b.length];",
     "How many letters differ between two words."),
    ("memoizeLast", "fn", "  let lastKey;\n  let lastValue;\n  let called = false;\n  return function (key) {\n    if (!called || key !== lastKey) {\n      lastValue = fn(key);\n      lastKey = key;\n      called = true;\n    }\n    return lastValue;\n  };",
     "Remembers the last result of a function of one argument."),
    ("bytesToHex", "bytes", "  let out = '';\n  for (let i = 0; i < bytes.length; i += 1) {\n    out += (bytes[i] + 0x100).toString(16).slice(1);\n  }\n  return out;",
     "Bytes as hexadecimal digits."),
    ("hexToBytes", "text", "  const out = new Uint8Array(text.length >> 1);\n  for (let i = 0; i < out.length; i += 1) {\n    out[i] = parseInt(text.substr(i * 2, 2), 16);\n  }\n  return out;",
     "Hexadecimal digits as bytes."),
    ("decodeBase64Text", "text", "  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';\n  let bits = 0;\n  let count = 0;\n  let out = '';\n  for (const c of text.replace(/=+$/, '')) {\n    bits = (bits << 6) | alphabet.indexOf(c);\n    count += 6;\n    if (count >= 8) {\n      count -= 8;\n      out += String.fromCharCode((bits >> count) & 255);\n    }\n  }\n  return out;",
     "Base64 to text, without the platform's decoder."),
    ("isDebugging", "area", "  const wanted = typeof process === 'object' && process.env ? process.env.DEBUG || '' : '';\n  return wanted.split(',').some((w) => w === '*' || w === area);",
     "Whether DEBUG names an area."),
    ("escapeNonAscii", "text", "  return text.replace(/[^\\x20-\\x7e]/g, (c) => '\\\\u' + ('000' + c.charCodeAt(0).toString(16)).slice(-4));",
     "A text in plain ASCII."),
    ("crcTable", "polynomial", "  const table = new Uint32Array(256);\n  for (let n = 0; n < 256; n += 1) {\n    let c = n;\n    for (let k = 0; k < 8; k += 1) {\n      c = c & 1 ? polynomial ^ (c >>> 1) : c >>> 1;\n    }\n    table[n] = c >>> 0;\n  }\n  return table;",
     "The 256 remainders of a checksum."),
    ("parseColour", "text", "  const m = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);\n  if (!m) return null;\n  return { r: parseInt(m[1], 16), g: parseInt(m[2], 16), b: parseInt(m[3], 16) };",
     "The parts of a colour."),
    ("retryTimes", "task, times", "  return task().catch((error) => {\n    if (times <= 1) throw error;\n    return retryTimes(task, times - 1);\n  });",
     "Tries a task again when it fails."),
    ("groupByKey", "list, key", "  const out = new Map();\n  for (const item of list) {\n    const group = item[key];\n    if (!out.has(group)) out.set(group, []);\n    out.get(group).push(item);\n  }\n  return out;",
     "Items by the value of one field."),
    ("splitCsvLine", "line", "  const out = [''];\n  let quoted = false;\n  for (let i = 0; i < line.length; i += 1) {\n    const c = line[i];\n    if (c === '\"') {\n      if (quoted && line[i + 1] === '\"') {\n        out[out.length - 1] += '\"';\n        i += 1;\n      } else {\n        quoted = !quoted;\n      }\n    } else if (c === ',' && !quoted) {\n      out.push('');\n    } else {\n      out[out.length - 1] += c;\n    }\n  }\n  return out;",
     "The fields of one line of comma separated values."),
    ("rotateLeft", "list, steps", "  const by = ((steps % list.length) + list.length) % list.length;\n  return list.slice(by).concat(list.slice(0, by));",
     "A list turned by some steps."),
    ("reverseText", "text", "  return Array.from(text).reverse().join('');",
     "A text back to front, by code points."),
    ("maskSecret", "text, shown", "  if (text.length <= shown) return text.replace(/./g, '*');\n  return '*'.repeat(text.length - shown) + text.slice(-shown);",
     "Hides all but the last letters, for log lines."),
    ("weekOfYear", "date", "  const day = new Date(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()));\n  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));\n  const start = new Date(Date.UTC(day.getUTCFullYear(), 0, 1));\n  return Math.ceil(((day - start) / 86400000 + 1) / 7);",
     "The ISO week of a date."),
    ("sortTopologically", "edges", "  const seen = new Set();\n  const out = [];\n  const visit = (node, path) => {\n    if (path.has(node)) throw new Error('cycle at ' + node);\n    if (seen.has(node)) return;\n    seen.add(node);\n    const deeper = new Set(path).add(node);\n    for (const next of edges[node] || []) visit(next, deeper);\n    out.unshift(node);\n  };\n  Object.keys(edges).forEach((node) => visit(node, new Set()));\n  return out;",
     "Nodes in an order in which every edge points forward."),
    ("movingAverage", "values, window", "  let sum = 0;\n  return values.map((value, i) => {\n    sum += value - (i >= window ? values[i - window] : 0);\n    return sum / Math.min(i + 1, window);\n  });",
     "The mean of the last values, for each value."),
]

MODULES = [
    ("lru-map", "LruMap", """  constructor(limit) {
    this.limit = limit;
    this.map = new Map();
  }

  get(key) {
    if (!this.map.has(key)) return undefined;
    const value = this.map.get(key);
    this.map.delete(key);
    this.map.set(key, value);
    return value;
  }

  set(key, value) {
    this.map.delete(key);
    this.map.set(key, value);
    if (this.map.size > this.limit) {
      this.map.delete(this.map.keys().next().value);
    }
    return this;
  }

  get size() {
    return this.map.size;
  }
"""),
    ("word-trie", "WordTrie", """  constructor() {
    this.root = new Map();
  }

  add(word) {
    let node = this.root;
    for (const letter of word) {
      if (!node.has(letter)) node.set(letter, new Map());
      node = node.get(letter);
    }
    node.set('', word);
  }

  startsWith(prefix) {
    let node = this.root;
    for (const letter of prefix) {
      node = node.get(letter);
      if (!node) return [];
    }
    const found = [];
    const walk = (at) => {
      for (const [letter, next] of at) {
        if (letter === '') found.push(next);
        else walk(next);
      }
    };
    walk(node);
    return found;
  }
"""),
    ("priority-queue", "PriorityQueue", """  constructor(compare) {
    this.compare = compare;
    this.heap = [];
  }

  push(item) {
    const heap = this.heap;
    let i = heap.push(item) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (this.compare(heap[parent], heap[i]) <= 0) break;
      [heap[parent], heap[i]] = [heap[i], heap[parent]];
      i = parent;
    }
  }

  pop() {
    const heap = this.heap;
    const top = heap[0];
    const last = heap.pop();
    if (heap.length) {
      heap[0] = last;
      let i = 0;
      for (;;) {
        let small = i;
        for (const child of [2 * i + 1, 2 * i + 2]) {
          if (child < heap.length && this.compare(heap[child], heap[small]) < 0) small = child;
        }
        if (small === i) break;
        [heap[small], heap[i]] = [heap[i], heap[small]];
        i = small;
      }
    }
    return top;
  }
"""),
    ("text-scanner", "TextScanner", """  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  peek() {
    return this.text[this.at];
  }

  take(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found || found.index !== this.at) return null;
    this.at += found[0].length;
    return found[0];
  }

  skipSpace() {
    this.take(/\\s+/y);
    return this;
  }

  get done() {
    return this.at >= this.text.length;
  }
"""),
    ("bit-set", "BitSet", """  constructor(size) {
    this.words = new Uint32Array((size + 31) >>> 5);
  }

  set(i) {
    this.words[i >>> 5] |= 1 << (i & 31);
  }

  clear(i) {
    this.words[i >>> 5] &= ~(1 << (i & 31));
  }

  has(i) {
    return (this.words[i >>> 5] & (1 << (i & 31))) !== 0;
  }

  count() {
    let n = 0;
    for (let w of this.words) {
      for (; w; w &= w - 1) n += 1;
    }
    return n;
  }
"""),
]

CHANGES = [
    "Fix an off-by-one in the last page of results", "Accept values with a trailing slash",
    "Speed up the common case", "Correct the types of two options", "Update translations",
    "Do not lose the last item when the list is empty", "Improve the message for unknown names",
    "Document the default values", "Drop a deprecated alias", "Fix a leak when a listener is removed twice",
]
