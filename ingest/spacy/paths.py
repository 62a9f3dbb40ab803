"""Names in a spaCy project: paths from its folder, packages, hub models."""

from __future__ import annotations

import posixpath

from ingest.base import Findings
from ingest.reading import Node
from lineage.identity import is_path, is_placeholder, normalised_path, ref_in, unknown
from lineage.records import Ref
from lineage.vocabulary import Kind


def artifact(found: Findings, node: Node, kind: Kind, folder: str) -> Ref:
    """What a text names: a path from the project's folder, an address, or a package."""
    scope = found.document.scope
    text = node.text
    if is_placeholder(text):
        return unknown(kind, text, scope, node.key)
    if "://" in text:
        return found.artifact(node, kind, hub=False)
    if text.startswith("prodigy:"):
        return found.named(node.saying(text.removeprefix("prodigy:")), kind)
    if not is_path(text) and "/" not in text and kind is Kind.MODEL:
        return found.named(node, kind)
    path = normalised_path(text)
    if path.startswith(("/", "~", "..")) or not folder:
        return found.artifact(node.saying(path if "/" in path else f"./{path}"), kind, hub=False)
    return ref_in(f"{scope.files}/{folder}", path, kind)


def project_of(found: Findings) -> str:
    """The folder of the project that a pipeline's config belongs to, else the config's own."""
    project = found.document.beside("project.yml", "project.yaml")
    return project.parent if project is not None else ""


def inside(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies within it."""
    path, folder = posixpath.normpath(path), posixpath.normpath(folder)
    return path == folder or path.startswith(f"{folder}/")
