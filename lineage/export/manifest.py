"""A right that somebody entered, as a manifest: text in a file that is reviewed and committed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from ingest.base import Document, Folder, watched
from ingest.manifest import INGESTOR
from lineage.errors import UsageError
from lineage.identity import Scope
from lineage.records import NodeRow
from lineage.vocabulary import Kind

Said = Mapping[str, str | Sequence[str]]
"""What was entered, by the keys of the manifest's section ``grants``."""

SECTIONS: Mapping[Kind, str] = {
    Kind.SOURCE: "sources",
    Kind.DATASET: "datasets",
    Kind.MODEL: "models",
    Kind.COPY: "copies",
    Kind.DEPLOYMENT: "deployments",
}
_NAMESPACE = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)*")
_TOO_ODD = re.compile(r"[^a-z0-9]+")


def grant_id(name: str) -> str:
    """A short id made of a right's name."""
    return _TOO_ODD.sub("-", name.lower()).strip("-")[:60] or "right"


def right_as_manifest(thing: NodeRow, name: str, said: Said, namespace: str) -> str:
    """The manifest that states one right to a thing.

    Raises:
        UsageError: a namespace that a manifest cannot have, or a thing that no right covers.
    """
    if not _NAMESPACE.fullmatch(namespace):
        raise UsageError(
            f"“{namespace}” cannot be a namespace",
            remedy="It takes letters, digits, “.”, “_”, “-” and “/”, as in “acme”.",
        )
    if thing.kind not in SECTIONS:
        raise UsageError(f"no right covers a {thing.kind.value.lower()}")
    identity = grant_id(name)
    entered = {k: list(v) if not isinstance(v, str) else v for k, v in said.items() if v}
    told = {
        "lineage": 1,
        "namespace": namespace,
        SECTIONS[thing.kind]: [{"is": thing.id, "covered_by": identity}],
        "grants": [{"id": identity, "name": name, **entered}],
    }
    return yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=100)


def complaints(text: str) -> list[str]:
    """What the reader of manifests would not understand of a text."""
    folder = watched(Folder(Path.cwd()))
    document = Document(Scope("entered", "lineage.yaml"), text.encode(), folder)
    return [f"line {s.line}: {s.reason}" for s in INGESTOR.read(document).skipped]


def write_manifest(folder: Path, name: str, text: str) -> Path:
    """Writes a manifest into a folder, beside those that are there and over none of them.

    Returns:
        The file: ``lineage.yaml``, or ``NAME.lineage.yaml`` where there is one.

    Raises:
        UsageError: there is no such folder, or it cannot be written to.
    """
    if not folder.is_dir():
        raise UsageError(
            "there is no such folder",
            location=str(folder),
            remedy="Name a folder of the repository in which the record is to be reviewed.",
        )
    base = grant_id(name)
    names = ["lineage.yaml", f"{base}.lineage.yaml"]
    names += [f"{base}-{n}.lineage.yaml" for n in range(2, 1000)]
    for file in names:
        path = folder / file
        try:
            with path.open("x", encoding="utf-8") as opened:
                opened.write(text)
        except FileExistsError:
            continue
        except OSError as error:
            raise UsageError(
                f"nothing was written: {error.strerror}", location=str(path)
            ) from error
        return path
    raise UsageError("this folder has too many records of that name", location=str(folder))
