"""Shards of tokenised data, collapsed to the data sets whose parts they are."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.reading import Node

_NUMBERED = re.compile(r"(part|shard|chunk|split)?[-_.]?\d+([-_.]\d+)*(of\d+)?")
_PATTERN = re.compile(r"[*?{\[]")
_LONG_NAME = 8
_DEEP = 4
_URI = re.compile(r"([A-Za-z][\w+.-]*://[^/]*)(/.*)?")


@dataclass(frozen=True, slots=True)
class Group:
    """A data set: its place, where it is first named, and how many shards of it are."""

    place: str
    first: Node
    shards: int


def groups(paths: Iterable[Node], tokenizer: str) -> list[Group]:
    """The data sets that shards belong to, in order of their first shard.

    Args:
        paths: the shards.
        tokenizer: the tokenizer's name, which is a folder of the paths and no part of the name.
    """
    first: dict[str, Node] = {}
    shards: dict[str, set[str]] = {}
    for path in paths:
        if path.text:
            place = data_set(path.text, tokenizer)
            first.setdefault(place, path)
            shards.setdefault(place, set()).add(path.text)
    return [Group(place, node, len(shards[place])) for place, node in first.items()]


def data_set(path: str, tokenizer: str) -> str:
    """The folder of a shard, without numbered folders and those that name the tokenizer."""
    uri = _URI.fullmatch(path)
    root, rest = (uri[1], uri[2] or "") if uri else ("", path)
    parts = posixpath.dirname(rest).split("/")
    pattern = next((i for i, part in enumerate(parts) if _PATTERN.search(part)), len(parts))
    parts = parts[:pattern]
    named = next((i for i, part in enumerate(parts) if _names(part, tokenizer)), len(parts))
    if 0 < named < len(parts) and parts[named - 1] in set(re.split(r"[/_]", tokenizer)) - {""}:
        named -= 1
    parts = parts[:named]
    while parts and (_NUMBERED.fullmatch(parts[-1]) or parts[-1] == "documents"):
        parts.pop()
    folder = root + "/".join(parts)
    return folder if any(parts) else path


def _names(folder: str, tokenizer: str) -> bool:
    """Whether a folder is called after the tokenizer that cut the text."""
    stem = posixpath.basename(tokenizer).removesuffix(".json")
    return "tokenizer" in folder or (len(folder) >= _LONG_NAME and stem.endswith(folder))


def common(places: Sequence[str]) -> str | None:
    """The folder that all places share, if it is more than the root or a bucket."""
    shared = posixpath.commonprefix([place.split("/") for place in places])
    return "/".join(shared) if len(shared) >= _DEEP else None
