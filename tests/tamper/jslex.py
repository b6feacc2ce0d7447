"""A small JavaScript lexer: enough to find safe places for a statement and to drop white space.

It is not a judge of JavaScript: whatever is made with it is checked by `node --check` afterwards.
"""

import re

KEYWORDS = set("""await break case catch class const continue debugger default delete do else enum
export extends false finally for function if import in instanceof let new null return super switch
this throw true try typeof var void while with yield""".split())
BEFORE_REGEX = KEYWORDS - {"this", "super", "null", "true", "false"}
CONTROL = {"if", "for", "while", "with"}

IDENT = re.compile(r"[\w$\u0080-\U0010ffff\\#@][\w$\u0080-\U0010ffff\\]*")
NUMBER = re.compile(r"0[xX][\da-fA-F_]+n?|0[bB][01_]+n?|0[oO][0-7_]+n?"
                    r"|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?")
SPACE = re.compile(r"[\s\ufeff]+")
PUNCT = re.compile(r"=>|\.\.\.|\?\.(?!\d)|\?\?=?|\*\*=?|===|!==|==|!=|<=|>=|<<=?|>>>?=?|\+\+|--"
                   r"|&&=?|\|\|=?|[-+*/%&|^]=|[{}()\[\];,<>+\-*/%&|^!~?:=.]")


class Broken(Exception):
    pass


class Token:
    __slots__ = ("kind", "text", "start", "end", "mate", "role")

    def __init__(self, kind, text, start):
        self.kind, self.text, self.start, self.end = kind, text, start, start + len(text)
        self.mate = None                    # index of the matching bracket among the tokens
        self.role = None                    # of "{" and its "}": function, block, class, other ...


def regex_end(source, at):
    in_class = False
    i = at + 1
    while i < len(source):
        c = source[i]
        if c == "\n":
            raise Broken("regular expression")
        if c == "\\":
            i += 1
        elif c == "[":
            in_class = True
        elif c == "]":
            in_class = False
        elif c == "/" and not in_class:
            i += 1
            while i < len(source) and (source[i].isalnum() or source[i] in "_$"):
                i += 1
            return i
        i += 1
    raise Broken("regular expression")


def string_end(source, at):
    quote = source[at]
    i = at + 1
    while i < len(source):
        c = source[i]
        if c == "\\":
            i += 1
        elif c == quote:
            return i + 1
        elif c == "\n":
            break
        i += 1
    raise Broken("string")


def template_end(source, at):
    """From after a backquote or a closing brace to after the next ${ or backquote."""
    i = at
    while i < len(source):
        c = source[i]
        if c == "\\":
            i += 1
        elif c == "`":
            return i + 1, True
        elif c == "$" and source[i + 1:i + 2] == "{":
            return i + 2, False
        i += 1
    raise Broken("template")


class Lexer:
    def __init__(self, source):
        self.source = source
        self.tokens = []                    # significant tokens only
        self.spaces = []                    # comments, in order, as (start, end)
        self.stack = []                     # open brackets: indices into tokens
        self.run()

    def previous(self, back=1):
        return self.tokens[-back] if len(self.tokens) >= back else None

    def regex_may_start(self):
        p = self.previous()
        if p is None:
            return True
        if p.kind in ("number", "string", "regex", "template-end"):
            return False
        if p.kind == "word":
            before = self.previous(2)
            return p.text in BEFORE_REGEX and not (before and before.text in (".", "?."))
        if p.text == ")":
            opener = p.mate
            head = self.tokens[opener - 1] if opener else None
            return bool(head and head.kind == "word" and head.text in CONTROL)
        if p.text == "}":
            return p.role in ("block", "switch", "class", "function")
        return p.text not in ("]", "++", "--")

    def brace_role(self):
        p = self.previous()
        if p is None:
            return "block"
        if p.text == "=>":
            return "function"
        i = len(self.tokens) - 1
        if p.text == ")":
            head = self.tokens[p.mate - 1] if p.mate else None
            if head and head.kind == "word" and head.text in CONTROL | {"catch"}:
                return "block"
            if head and head.text == "switch":
                return "switch"
            return "function"
        while i >= 0 and i > len(self.tokens) - 12:          # class A extends b.C {
            t = self.tokens[i]
            if t.text == "class" and t.kind == "word":
                before = self.tokens[i - 1] if i else None
                if not (before and before.text in (".", "?.")):
                    return "class"
            if t.kind != "word" and t.text not in (".", ")", "("):
                break
            i -= 1
        if p.kind == "word" and p.text in ("else", "do", "try", "finally", "catch"):
            return "block"
        if p.text in (";", "{", "}"):
            outer = self.tokens[self.stack[-1]].role if self.stack else "block"
            if p.text == "{":
                outer = p.role
            return "block" if outer in ("block", "function") else "other"
        return "other"

    def add(self, kind, text, at):
        token = Token(kind, text, at)
        self.tokens.append(token)
        return token

    def run(self):
        source, i, size = self.source, 0, len(self.source)
        if source.startswith("#!"):
            i = source.find("\n") if "\n" in source else size
            self.spaces.append((0, i))
        while i < size:
            c = source[i]
            if c.isspace() or c == "\ufeff":
                i = SPACE.match(source, i).end()
            elif source.startswith("//", i):
                end = source.find("\n", i)
                end = size if end < 0 else end
                self.spaces.append((i, end))
                i = end
            elif source.startswith("/*", i):
                end = source.find("*/", i + 2)
                if end < 0:
                    raise Broken("comment")
                self.spaces.append((i, end + 2))
                i = end + 2
            elif c in "\"'":
                end = string_end(source, i)
                i = self.add("string", source[i:end], i).end
            elif c == "`":
                end, last = template_end(source, i + 1)
                token = self.add("template-end" if last else "template-open", source[i:end], i)
                if not last:
                    token.role = "template"
                    self.stack.append(len(self.tokens) - 1)
                i = end
            elif c == "}" and self.stack and self.tokens[self.stack[-1]].role == "template":
                self.stack.pop()
                end, last = template_end(source, i + 1)
                token = self.add("template-end" if last else "template-open", source[i:end], i)
                if not last:
                    token.role = "template"
                    self.stack.append(len(self.tokens) - 1)
                i = end
            elif c.isdigit() or (c == "." and source[i + 1:i + 2].isdigit()):
                i = self.add("number", NUMBER.match(source, i).group(), i).end
            elif IDENT.match(source, i):
                i = self.add("word", IDENT.match(source, i).group(), i).end
            elif c == "/" and self.regex_may_start():
                end = regex_end(source, i)
                i = self.add("regex", source[i:end], i).end
            else:
                found = PUNCT.match(source, i)
                if not found:
                    raise Broken("character %r" % c)
                text = found.group()
                role = self.brace_role() if text == "{" else None
                if text in "{([" and len(text) == 1:
                    token = self.add("punct", text, i)
                    token.role = role
                    self.stack.append(len(self.tokens) - 1)
                elif text in "})]" and len(text) == 1:
                    if not self.stack:
                        raise Broken("bracket")
                    index = self.stack.pop()
                    opener = self.tokens[index]
                    if opener.text + text not in ("()", "[]", "{}"):
                        raise Broken("bracket")
                    token = self.add("punct", text, i)
                    token.mate, token.role = index, opener.role
                    opener.mate = len(self.tokens) - 1
                else:
                    token = self.add("punct", text, i)
                i = token.end
        if self.stack:
            raise Broken("bracket")


def lex(source):
    return Lexer(source)


ENDERS = {"return", "throw", "break", "continue"}


class Place:
    """After a statement's semicolon; `function` is the span of the function body around it."""
    __slots__ = ("offset", "depth", "function", "ends_line")

    def __init__(self, offset, depth, function, ends_line):
        self.offset, self.depth, self.function, self.ends_line = offset, depth, function, ends_line


def places(source):
    """All offsets right after a `;` where another statement may stand and can be reached."""
    tokens = lex(source).tokens
    found = []
    frames = [["program", None, None, False]]            # role, body start, first word, dead
    for i, t in enumerate(tokens):
        frame = frames[-1]
        opened = t.text in ("{", "(", "[") and t.kind == "punct" or t.kind == "template-open" \
            and t.text.startswith("`")
        closed = t.text in ("}", ")", "]") and t.kind == "punct" or t.kind == "template-end" \
            and t.text.startswith("}")
        if closed:
            frames.pop()
            if t.text == "}" and t.role in ("block", "function", "switch", "class"):
                frames[-1][2] = None
            continue
        if opened:
            if frame[2] is None:
                frame[2] = t.text
            role = t.role if t.text == "{" else "group"
            frames.append([role, t.end, None, False])
            continue
        if t.text == ";" and t.kind == "punct":
            if frame[2] in ENDERS:
                frame[3] = True
            follow = tokens[i + 1] if i + 1 < len(tokens) else None
            if frame[0] in ("program", "function") and not frame[3] and \
                    not (follow and follow.text in ("else", "while", "catch", "finally")):
                body = next((f[1] for f in reversed(frames) if f[0] == "function"), None)
                line_end = source.find("\n", t.end)
                rest = source[t.end:] if line_end < 0 else source[t.end:line_end]
                found.append(Place(t.end, len(frames) - 1, body, not rest.strip()))
            frame[2] = None
            continue
        if frame[2] is None:
            frame[2] = t.text
    return found


def is_module(source):
    """True if the text is an ES module: import or export stands at the top level."""
    lexer = lex(source)
    depth = 0
    for i, t in enumerate(lexer.tokens):
        if t.kind == "punct" and t.text in "{([":
            depth += 1
        elif t.kind == "punct" and t.text in "})]":
            depth -= 1
        elif t.kind == "word" and t.text == "export" and depth == 0:
            return True
        elif t.kind == "word" and t.text == "import" and depth == 0:
            follow = lexer.tokens[i + 1] if i + 1 < len(lexer.tokens) else None
            if follow and follow.text not in ("(", "."):
                return True
    return False


def minify(source):
    """The same program with no white space and no comments; needs every semicolon written."""
    out = []
    last = None
    tokens = lex(source).tokens
    for i, t in enumerate(tokens):
        follow = tokens[i + 1].text if i + 1 < len(tokens) else ""
        if t.text == ";" and follow == "}" and last and last.text not in (")", "else", "do"):
            continue
        if last is not None:
            wide = last.kind in ("word", "number") and t.kind in ("word", "number")
            signs = last.text[-1:] in "+-" and t.text[:1] == last.text[-1:] and t.kind == "punct"
            if wide or signs or (last.kind == "number" and t.text.startswith(".")) \
                    or (last.kind == "regex" and t.kind == "word"):
                out.append(" ")
        out.append(t.text)
        last = t
    return "".join(out)


def line_of(source, offset):
    return source.count("\n", 0, offset) + 1
