"""What the values of a record's fields say: names, codes, licences, digests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.dta_provenance.fields import Record
from ingest.reading import Node
from lineage.vocabulary import UNKNOWN

NOTHING = re.compile(r"none|no|n/?a|not applicable|original( data(set)?)?|-|self", re.IGNORECASE)
NOT_SAID = re.compile(r"unknown|unspecified|not known|undisclosed|tbd", re.IGNORECASE)
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://[^\s,;]+")
_EMAIL = re.compile(r"\S@\S+\.\w")


def parts(node: Node) -> Iterator[Node]:
    """The sources that one text names: the addresses in it, or what semicolons set apart."""
    addresses = ADDRESS.findall(node.text)
    if addresses and (len(addresses) > 1 or addresses[0] != node.text):
        yield from (node.saying(address.rstrip(".)")) for address in addresses)
    elif ";" in node.text:
        yield from node.listed(";")
    else:
        yield node


def some(node: Node, *keys: str) -> list[Node]:
    """The texts under some keys, in their order."""
    return [node.at(key) for key in keys if node.at(key).text]


def identifiers(record: Record) -> Iterator[Node]:
    """A record's identifiers: texts, or lists of them by kind."""
    for value in record.values("id"):
        if value.text:
            yield value
        for key in ("uuids", "uris"):
            yield from (item for item in value.at(key).elements() if item.text)
        for custom in value.at("custom-ids").elements():
            if custom.at("value").text:
                yield custom.at("value")


def names(nodes: list[Node]) -> Iterator[Node]:
    """Names of organisations, without their addresses."""
    for node in nodes:
        name = node.at("name") or node.at("legal-name") or node.at("legalName") or node
        if name.text:
            yield name


def codes(nodes: list[Node]) -> Iterator[Node]:
    """Codes of methods or purposes, without their systems and descriptions."""
    for node in nodes:
        code = node.at("code") or node
        if code.text:
            yield code


def found_classes(nodes: list[Node]) -> Iterator[Node]:
    """The classes of confidential data that were found in it."""
    for node in nodes:
        regulation = node.at("regulation")
        code = regulation.at("code") or regulation or node.at("code") or node
        if code.text and not node.at("evaluated").is_false and not NOTHING.fullmatch(code.text):
            yield code


def countries(nodes: list[Node]) -> Iterator[Node]:
    """Countries, without their states."""
    for node in nodes:
        country = node.at("country") or node
        if country.text:
            yield country


def licence(record: Record) -> str | tuple[str, ...] | None:
    """The licences as stated, UNKNOWN where the record says unknown."""
    texts = [
        UNKNOWN if NOT_SAID.fullmatch(node.text) else node.text
        for node in record.values("licence")
        if node.text and not _EMAIL.search(node.text)
    ]
    return texts[0] if len(texts) == 1 else tuple(texts) or None


def digest(record: Record) -> str | None:
    """The digest of the data, where the record gives one for all of it."""
    hashes = [h for value in record.values("id") for h in value.at("hashes").elements()]
    if len(hashes) != 1:
        return None
    for entry in hashes[0].at("tree-hashes").elements():
        algorithm = re.sub(r"[^a-z0-9]", "", entry.at("algorithm").text.lower())
        value = entry.at("value").text.lower()
        if algorithm in {"sha256", "sha512", "sha1", "md5"} and re.fullmatch(r"[0-9a-f]+", value):
            return f"{algorithm}:{value}"
    return None


def first_text(nodes: list[Node]) -> str | None:
    """The first text of a field."""
    return next((node.text for node in nodes if node.text), None)


def texts(nodes: Iterator[Node]) -> tuple[str, ...] | None:
    """The texts of a list, without addresses of people; None for an empty one."""
    return tuple(n.text for n in nodes if n.text and not _EMAIL.search(n.text)) or None
