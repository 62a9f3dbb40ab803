"""JSON, read without recursion and with lines."""

from __future__ import annotations

import json
import re

from ingest.reading.builder import Builder
from ingest.reading.nodes import Node

_JSON_TOKEN = re.compile(
    r'[ \t\r]+|(?P<newline>\n)|(?P<string>"(?:[^"\\\x00-\x1f]|\\.)*")'
    r"|(?P<open>[{\[])|(?P<close>[}\]])"
    r"|(?P<mark>[,:])|(?P<word>[-+.\w]+)"
)
_JSON_WORD = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?|true|false|null|NaN|-?Infinity")
_ONE_A_LINE = re.compile(r"\s*\{[^\n]*\}[ \t\r]*\n\s*\{")


def parse_json(text: str, where: str) -> Node:
    """One JSON value, read without recursion, with lines.

    A comma after the last item, which people leave there, is passed over.

    Raises:
        InputError: not JSON, or beyond a limit; with file and line.
    """
    builder = Builder(where)
    position, line = 0, 1
    closers: list[str] = []
    expect_value, done = True, False
    may_close = False
    while position < len(text):
        match = _JSON_TOKEN.match(text, position)
        if match is None:
            raise builder.fail(f"not valid JSON: unexpected {text[position]!r}", line)
        position = match.end()
        kind, piece = match.lastgroup, match.group()
        if kind is None:
            continue
        if kind == "newline":
            line += 1
            continue
        in_key = builder.expects_key
        if kind == "close":
            pending = bool(closers) and closers[-1] == "}" and not in_key
            if not closers or piece != closers[-1] or pending or (expect_value and not may_close):
                raise builder.fail(f"not valid JSON: unexpected {piece!r}", line)
            closers.pop()
            builder.end()
            expect_value, may_close, done = False, False, not closers
        elif kind == "mark":
            if done or expect_value or not closers:
                raise builder.fail(f"not valid JSON: unexpected {piece!r}", line)
            if (piece == ":") != (closers[-1] == "}" and not in_key):
                raise builder.fail(f"not valid JSON: unexpected {piece!r}", line)
            expect_value, may_close = True, piece == ","
        elif done or not expect_value:
            raise builder.fail(f"not valid JSON: unexpected {piece[:20]!r}", line)
        elif kind == "open":
            builder.start(line, mapping=piece == "{")
            closers.append("}" if piece == "{" else "]")
            expect_value, may_close = True, True
        else:
            if in_key and kind != "string":
                reason = f"not valid JSON: a key must be a string, not {piece[:20]!r}"
                raise builder.fail(reason, line)
            if kind == "word" and not _JSON_WORD.fullmatch(piece):
                raise builder.fail(f"not valid JSON: unexpected {piece[:20]!r}", line)
            value = _json_string(piece, builder, line) if kind == "string" else piece
            builder.scalar(value, line, quoted=kind == "string")
            expect_value, may_close, done = False, False, not closers
    if not done:
        raise builder.fail("not valid JSON: the text ends too early", line)
    return builder.roots[0]


def is_json_lines(text: str) -> bool:
    """Whether a text is no JSON value but several objects, one on each line."""
    return _ONE_A_LINE.match(text) is not None


def parse_json_lines(text: str, where: str) -> Node:
    """JSON objects, one on each line, as a list; read without recursion, with lines.

    Raises:
        InputError: a line is not JSON, or beyond a limit; with file and line.
    """
    lines = text.split("\n")
    filled = [number for number, line in enumerate(lines) if line.strip()]
    for number in filled[:-1]:
        lines[number] += ","
    return parse_json("[" + "\n".join(lines) + "]", where)


def _json_string(token: str, builder: Builder, line: int) -> str:
    try:
        value = json.loads(token)
    except json.JSONDecodeError as error:
        raise builder.fail(f"not valid JSON: {error.msg}", line) from error
    return str(value)
