"""YAML, through libyaml's events."""

from __future__ import annotations

import re
from collections.abc import Callable

import yaml

from ingest.reading.builder import Builder
from ingest.reading.nodes import Node, Scalar
from ingest.reading.templates import Template
from lineage.errors import InputError

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLOCKS = frozenset({"|", ">"})


def parse_yaml(text: str, where: str, first_line: int = 1) -> list[Node]:
    """The documents of a YAML stream, or of a template of one, its gaps kept as they stand.

    Args:
        text: the stream.
        where: the file's name, for messages.
        first_line: the line of the file at which ``text`` begins.

    Raises:
        InputError: not YAML, or beyond a limit; with file and line.
    """
    try:
        return _parsed(text, where, first_line, str)
    except InputError:
        template = Template.of(text)
        if template is None:
            raise
        try:
            return _parsed(template.text, where, first_line, template.told)
        except InputError:
            pass  # what is wrong with the text as it stands is what people can mend
        raise


def _parsed(text: str, where: str, first_line: int, told: Callable[[str], str]) -> list[Node]:
    """The documents of a stream, each scalar as ``told`` spells it."""
    builder = Builder(where)
    anchors: dict[str, tuple[Node, int]] = {}
    opened: list[str | None] = []
    shift = first_line
    try:
        for event in yaml.parse(_UNPRINTABLE.sub("\ufffd", text), Loader=yaml.CSafeLoader):
            line = (event.start_mark.line if event.start_mark else 0) + shift
            if isinstance(event, yaml.ScalarEvent):
                line += event.style in _BLOCKS  # its text begins on the line below
                quoted = not event.implicit[0]
                value = told(event.value)
                builder.scalar(value, line, quoted=quoted)
                if event.anchor:
                    anchors[event.anchor] = Scalar("", line, value, quoted), 1
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                builder.start(line, mapping=isinstance(event, yaml.MappingStartEvent))
                opened.append(event.anchor)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                node = builder.end()
                anchor = opened.pop()
                if anchor:
                    anchors[anchor] = node, builder.size
            elif isinstance(event, yaml.AliasEvent):
                if event.anchor not in anchors:
                    reason = (
                        "an alias refers to the value it is part of"
                        if event.anchor in opened
                        else f"unknown alias *{event.anchor}"
                    )
                    raise builder.fail(reason, line)
                builder.splice(*anchors[event.anchor], line)
            elif isinstance(event, yaml.DocumentStartEvent):
                anchors.clear()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = (mark.line if mark else 0) + shift
        problem = getattr(error, "problem", None) or "not readable"
        raise InputError(f"not valid YAML: {problem}", location=f"{where}:{line}") from error
    return builder.roots
