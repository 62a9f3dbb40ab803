"""What documents said once, on its way into the graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lineage.records import DocumentRow, Reading
from lineage.store.base import WriteResult
from lineage.store.neo4j import cypher, facts
from lineage.store.neo4j.connection import Transaction
from lineage.store.neo4j.writing import Batch, read_version
from lineage.store.past import Past, changed


class Recall:
    """Pasts of documents; told twice, they are as told once, so a broken commit is sent again."""

    def __init__(self, pasts: Sequence[Past], now: str):
        self._pasts = sorted(pasts, key=lambda p: p.document.id)
        self._now = now

    def __call__(self, tx: Transaction) -> WriteResult:
        """Writes them; run it in a managed transaction."""
        tx.run(cypher.LOCK).consume()
        version, written = read_version(tx)
        batch = _PastBatch(tx, [], "", version + 1)
        batch.recall(self._pasts)
        batch.store()
        if batch.changed:
            version += 1
            tx.run(cypher.BUMP, version=version, write=written, at=self._now).consume()
        return WriteResult(version, batch.counts.asserted, 0, batch.counts.unchanged)


class _PastBatch(Batch):
    """A batch of which each document goes on saying what it says."""

    def recall(self, pasts: Sequence[Past]) -> None:
        """Reads what is held of the documents, and finds what more is known now."""
        known = self.held(sorted({past.document.id for past in pasts}))
        for past in pasts:
            document = past.document.id
            if _tells_more(known.get(document), past):
                self.documents.append(
                    facts.document_parameters(Reading(past.document), past.at),
                )
                self._moved.add(document)
            for key, (_, mention) in changed(
                self.mentions[document], past.mentions.values()
            ).items():
                self.mentions[document][key] = mention
                self.dirty_mentions.add(key)
            said = changed(
                self.edges[document],
                (replace(f, row=facts.with_real_share(f.row)) for f in past.edges.values()),
            )
            for key, (old, edge) in said.items():
                self.edges[document][key] = edge
                self.dirty_edges.add(key)
                self.counts.asserted += old is None
            self.counts.unchanged += len(past.edges) - len(said)


def _tells_more(known: DocumentRow | None, past: Past) -> bool:
    """Whether the document is not known, or only as gone, and from an earlier revision."""
    if known is None:
        return True
    told = (past.at, past.document.revision or "")
    return not known.sha256 and (known.read_at, known.revision or "") < told
