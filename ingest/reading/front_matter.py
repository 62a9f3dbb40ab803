"""The YAML front matter of a Markdown text."""

from __future__ import annotations

import re

from ingest.reading.nodes import ABSENT, Node
from ingest.reading.yaml_text import parse_yaml

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)


def parse_front_matter(text: str, where: str) -> tuple[Node, str, int]:
    """The YAML front matter of a Markdown text, its body, and the body's first line.

    The front matter is :data:`ABSENT` where there is none.

    Raises:
        InputError: the front matter is not valid YAML.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    opening = _FENCE.match(lines)
    if opening is None:
        return ABSENT, lines, 1
    closing = _FENCE.search(lines, opening.end())
    if closing is None:
        return ABSENT, lines, 1
    roots = parse_yaml(lines[opening.end() + 1 : closing.start()], where, first_line=2)
    body_line = lines[: closing.end()].count("\n") + 2
    return (roots[0] if roots else ABSENT), lines[closing.end() + 1 :], body_line
