"""``*.dvc`` files: tracked bytes, and where they were imported from."""

from __future__ import annotations

import posixpath
import re

from ingest.base import Findings
from ingest.dvc.artifacts import artifact, digest_of
from ingest.reading import Node
from lineage.identity import normalised_path, ref_in
from lineage.records import Ref
from lineage.vocabulary import Kind, Relation

_KINDS = {"model": Kind.MODEL, "dataset": Kind.DATASET}


def read_tracked(found: Findings, root: Node) -> None:
    """All facts of one file."""
    folder = posixpath.join(found.document.parent, root.at("wdir").text)
    for out in root.at("outs").elements():
        path = out.at("path")
        if not path:
            found.skip("tracked data without a path", out)
            continue
        kind = _KINDS.get(out.at("type").text)
        declared = {posixpath.normpath(path.text): kind} if kind else {}
        ref = artifact(found, path, folder, declared)
        found.describe(ref, path, produced=True, digest=digest_of(out))
        for dep in root.at("deps").elements():
            _imported(found, ref, dep, folder)


def _imported(found: Findings, ref: Ref, dep: Node, folder: str) -> None:
    """Where tracked bytes came from: a file or folder, a URL, or another repository."""
    path, repository = dep.at("path"), dep.at("repo", "url")
    if not path:
        found.skip("a dependency without a path", dep)
        return
    if not repository:
        source = artifact(found, path, folder, {posixpath.normpath(path.text): ref.kind})
        found.describe(source, path, digest=digest_of(dep))
        found.relate(ref, Relation.DERIVED_FROM, source, path)
        return
    revision = dep.at("repo", "rev_lock").text or dep.at("repo", "rev").text
    found.relate(
        ref,
        Relation.DERIVED_FROM,
        ref_in(f"file://{_repository(repository.text)}", normalised_path(path.text), ref.kind),
        path,
        selector=f"revision={revision}" if revision else None,
    )


def _repository(url: str) -> str:
    """A repository's name as a scan of it has it: ``github.com/org/name``, no credentials."""
    name = re.sub(r"^(\w+://)?([^@/]*@)?|(\.git)?/?$", "", url)
    return name.replace(":", "/") or "repository"
