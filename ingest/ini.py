"""INI configs with JSON values and dotted sections, as spaCy and Thinc write them.

Each section becomes a mapping within the mapping that its name says. References in the older
spelling ``${section:key}`` are spelled ``${section.key}``, as everywhere else.
"""

from __future__ import annotations

import re

from ingest.reading import MAX_DEPTH, Map, Node, Scalar, Seq, parse_json
from lineage.errors import InputError

_SECTION = re.compile(r"\[([^\[\]\n]+)\]\s*([#;].*)?$")
_OPTION = re.compile(r"([^=:#;\s\[][^=:]*?)\s*[=:]\s*(.*)$")
_OLDER = re.compile(r"\$\{([\w.-]+):([\w.-]+)\}")


def parse_ini(text: str, where: str) -> Map:
    """The sections of an INI text as a tree, with lines.

    Raises:
        InputError: a line that is neither section, option, comment nor continuation.
    """
    root = Map("", 1)
    section: Map = root
    pending: tuple[str, int, list[str]] | None = None
    for number, line in enumerate([*text.splitlines(), "[]"], start=1):
        stripped = line.strip()
        if pending and line[:1] in {" ", "\t"} and stripped and not stripped.startswith(("#", ";")):
            pending[2].append(stripped)
            continue
        if not stripped or stripped.startswith(("#", ";")):
            continue
        if pending:
            _put(section, *pending, where)
            pending = None
        if line == "[]":
            break
        header = _SECTION.match(stripped)
        option = _OPTION.match(stripped)
        if header:
            section = _section(root, header[1].strip(), number, where)
        elif option:
            pending = (option[1].strip(), number, [option[2].strip()])
        else:
            raise InputError("not valid INI", location=f"{where}:{number}")
    return root


def _section(root: Map, name: str, line: int, where: str) -> Map:
    holder = root
    steps = name.split(".")
    if len(steps) > MAX_DEPTH:
        raise InputError(f"nested deeper than {MAX_DEPTH} levels", location=f"{where}:{line}")
    for step in steps:
        found = holder.items.get(step)
        if not isinstance(found, Map):
            found = Map(f"{holder.key}.{step}" if holder.key else step, line)
            holder.items[step] = found
        holder = found
    return holder


def _put(section: Map, key: str, line: int, parts: list[str], where: str) -> None:
    if key in section.items:
        section.duplicates.append((key, line))
    path = f"{section.key}.{key}" if section.key else key
    text = _OLDER.sub(r"${\1.\2}", " ".join(parts).strip())
    section.items[key] = _value(text, path, line, where)


def _value(text: str, key: str, line: int, where: str) -> Node:
    """A JSON value, or the text as it stands."""
    if text.startswith(("[", "{", '"')):
        try:
            return _placed(parse_json(text, where), key, line)
        except InputError:
            return Scalar(key, line, text, quoted=True)
    if len(text) > 1 and text[0] == text[-1] == "'":
        return Scalar(key, line, text[1:-1], quoted=True)
    return Scalar(key, line, text)


def _placed(node: Node, key: str, line: int) -> Node:
    if isinstance(node, Map):
        items = {k: _placed(v, f"{key}.{k}", line) for k, v in node.items.items()}
        return Map(key, line, items, node.duplicates)
    if isinstance(node, Seq):
        return Seq(key, line, [_placed(v, f"{key}[{i}]", line) for i, v in enumerate(node.items)])
    assert isinstance(node, Scalar)
    return Scalar(key, line, node.value, node.quoted)
