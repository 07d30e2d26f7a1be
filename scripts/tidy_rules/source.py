"""Reads a C++ file the way the rules need it: code without comments and strings, includes, escapes, functions.

This is a scanner, no compiler: it knows brackets, comments and literals, and guesses the rest from layout that
clang-format has made uniform.
"""

import re
from dataclasses import dataclass
from functools import cached_property

_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)"|"(?:\\.|[^"\\\n])*\"|(?<!\w)'(?:\\.|[^'\\\n])*'""",
    re.S,
)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
_ESCAPE = re.compile(r"(?://|#)\s*tidy:\s*allow\b(?:\(([^)]*)\))?(:?)[ \t]*(.*)")
_STATEMENT_LINES = 12


@dataclass(frozen=True)
class Violation:
    path: str
    line: int
    rule: str
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


@dataclass(frozen=True)
class Include:
    line: int
    angled: bool
    header: str


@dataclass(frozen=True)
class Escape:
    line: int
    rules: tuple
    reason: str


@dataclass(frozen=True)
class Function:
    """A function body found by its brackets; lines are counted from the opening bracket to the closing one."""

    name: str
    header: str
    line: int
    first_line: int
    last_line: int
    body: str
    body_start: int


@dataclass(frozen=True)
class Declaration:
    """A statement at namespace or class scope that has no function body."""

    scope: str
    text: str
    line: int


def blank(text):
    """Spaces in place of comments and of what literals hold; every line stays where it was."""

    def replace(match):
        token = match.group()
        body = re.sub(r"[^\n]", " ", token)
        if token.startswith("/"):
            return body
        quote = "'" if token.startswith("'") else '"'
        return quote + body[1:-1] + quote if len(body) > 1 else body

    return _TOKEN.sub(replace, text)


class Source:
    """One file: its text and what the rules ask of it."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.used_escapes = set()

    @cached_property
    def lines(self):
        return self.text.split("\n")

    @cached_property
    def code(self):
        return blank(self.text)

    @cached_property
    def code_lines(self):
        return self.code.split("\n")

    @cached_property
    def includes(self):
        # Comments are blanked first, so an include inside one does not count; the name is taken from the text.
        found = []
        for match in _INCLUDE.finditer(self.text):
            if self.code[match.start() : match.end()].lstrip().startswith("#"):
                found.append(Include(self.line_of(match.start(2)), match.group(1) == "<", match.group(2)))
        return found

    @cached_property
    def escapes(self):
        found = []
        for number, line in enumerate(self.lines, 1):
            match = _ESCAPE.search(line)
            if match:
                rules = tuple(rule.strip() for rule in (match.group(1) or "").split(",") if rule.strip())
                found.append(Escape(number, rules, match.group(3).strip() if match.group(2) else ""))
        return found

    @cached_property
    def _scan(self):
        return scan(self.code)

    @property
    def functions(self):
        return self._scan[0]

    @property
    def declarations(self):
        return self._scan[1]

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def statement_lines(self, line):
        """The lines of the statement around `line` and of the comment right above it: where a mark may stand."""
        first = last = line
        while last < len(self.lines) and last - line < _STATEMENT_LINES and not self._ends_statement(last):
            last += 1
        while first > 1 and line - first < _STATEMENT_LINES:
            if self._is_comment(first - 1) or (self._is_code(first - 1) and not self._ends_statement(first - 1)):
                first -= 1
            else:
                break
        return range(first, last + 1)

    def marked(self, line, mark):
        return any(mark in self.lines[number - 1] for number in self.statement_lines(line))

    def allowed(self, rule, line):
        """True where an escape with a reason covers `rule` here; notes that the escape was needed."""
        around = self.statement_lines(line)
        for escape in self.escapes:
            if rule in escape.rules and escape.reason and (escape.line in around or rule == "file-length"):
                self.used_escapes.add((escape.line, rule))
                return True
        return False

    def _ends_statement(self, line):
        code = self.code_lines[line - 1].rstrip()
        return code.endswith((";", "{", "}")) or code.lstrip().startswith("#")

    def _is_code(self, line):
        return bool(self.code_lines[line - 1].strip())

    def _is_comment(self, line):
        return not self._is_code(line) and self.lines[line - 1].strip().startswith("//")


_OPEN = {"(": ")", "{": "}", "[": "]"}
_BRACKETS = re.compile(r"[(){}\[\]]")
_POINTS = re.compile(r"[(){};]")
_LEADING = re.compile(r"\s*(?:(?:public|private|protected)\s*:(?!:)\s*)*")
_ACCESS = re.compile(r"^\s*(?:public|private|protected)\s*:(?!:)\s*")
_TYPE = re.compile(r"\b(?:class|struct|union)\b[^()=]*$|^(?:class|struct|union)\s+(?:alignas\s*\([^)]*\)\s*)?[\w:<> ,]*$")


def _closing(code, start):
    """Offset of the bracket that closes the one at `start`; the end of the text where none does."""
    depth = 0
    for match in _BRACKETS.finditer(code, start):
        depth += 1 if match.group() in _OPEN else -1
        if depth == 0:
            return match.start()
    return len(code) - 1


def _without_template(header):
    header = _ACCESS.sub("", header).strip()
    while header.startswith("template"):
        depth, end = 0, len(header)
        for index, character in enumerate(header):
            depth += (character == "<") - (character == ">" and header[index - 1] != "-")
            if character == ">" and depth == 0:
                end = index + 1
                break
        header = header[end:].strip()
    return re.sub(r"^(?:\[\[.*?\]\]\s*)+", "", header)


def _flat(header):
    """The header with everything inside round brackets taken out."""
    out, depth = [], 0
    for character in header:
        if character == "(":
            depth += 1
            out.append("(")
        elif character == ")":
            depth -= 1
            out.append(")")
        elif depth == 0:
            out.append(character)
    return "".join(out)


def _kind(header):
    """What an opening curly bracket after `header` begins."""
    header = _without_template(header)
    flat = _flat(header)
    if re.match(r"(?:inline\s+)?namespace\b", header) or re.match(r'extern\s+"', header):
        return "namespace"
    if re.match(r"enum\b", header):
        return "value"
    if _TYPE.search(flat) and not re.search(r"\)\s*(?:const|noexcept|override|final|&|->|\s)*$", flat):
        return "type"
    if "(" not in flat:
        return "value"
    if re.search(r"(?<![=!<>+\-*/%&|^])=(?!=)", re.sub(r"operator\s*[^\s(]+", "operator", flat)):
        return "function" if re.search(r"\[[^\]]*\]", flat) else "value"
    if re.search(r"\)[^:]*(?<!:):(?!:)", flat) and re.search(r"[\w>]\s*$", flat):
        return "member"
    return "function"


def scan(code):
    """Function bodies and other declarations of one file, from its blanked text."""
    code = _DIRECTIVE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), code)
    functions, declarations, scopes = [], [], []
    begin = position = 0

    def line_of(offset):
        return code.count("\n", 0, offset) + 1

    def statement_line():
        return line_of(begin + _LEADING.match(code, begin).end() - begin)

    while match := _POINTS.search(code, position):
        at, point = match.start(), match.group()
        position = at + 1
        if point == "(":
            position = _closing(code, at) + 1
        elif point == ";":
            text = _ACCESS.sub("", code[begin:at]).strip()
            if text:
                declarations.append(Declaration(scopes[-1] if scopes else "namespace", text, statement_line()))
            begin = position
        elif point == "}":
            if scopes:
                scopes.pop()
            begin = position
        elif point == "{":
            kind = _kind(code[begin:at])
            if kind in ("namespace", "type"):
                scopes.append(kind)
                begin = position
                continue
            end = _closing(code, at)
            position = end + 1
            if kind == "function":
                header = " ".join(_without_template(code[begin:at]).split())
                functions.append(
                    Function(_name(header), header, statement_line(), line_of(at), line_of(end), code[at : end + 1], at)
                )
                begin = position
    return functions, declarations


def _name(header):
    macro = re.match(r"([A-Z][A-Z_]+\([^)]*\))", header)
    if macro:
        return macro.group(1)
    match = re.search(r"(operator\s*[^\s\w]+|[\w:~]+)\s*\(", header)
    return match.group(1) if match else header[:60]
