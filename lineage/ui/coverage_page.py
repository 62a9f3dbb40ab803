"""The page "Coverage": what the graph does not know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from lineage.coverage import Coverage, FormatCoverage, Noticed, coverage
from lineage.export.coverage import share
from lineage.graph import Graph
from lineage.records import DocumentRow, NodeRow
from lineage.ui.components.prose import block, prose
from lineage.ui.links import Links
from lineage.ui.opened import documents, identity

MOST_LISTED = 1_000


@st.cache_resource(show_spinner="Counting …", max_entries=3)
def _report(_documents: Sequence[DocumentRow], _graph: Graph, of: str) -> Coverage:
    del of
    return coverage(_documents, _graph)


def show(graph: Graph, links: Links, address: str) -> None:
    """Shows the page."""
    del links
    report = _report(documents(address, graph), graph, identity(graph))
    total = report.total
    lost = share(total.not_understood, total.leaves)
    prose(
        "coverage",
        [
            block(
                "headline",
                f"{report.standing_on_unknown:,} of {report.artifacts:,} artifacts stand on "
                "something of unknown origin.",
            ),
            block(
                "line",
                f"{total.documents:,} documents were read; {lost} of their values were not "
                f"understood, {len(report.unreadable):,} files could not be read. "
                "What is not known here is not known to any answer either.",
            ),
        ],
    )
    if total.untraced:
        st.warning(
            f"{total.untraced:,} documents were read by an earlier release, which did not count "
            "their values: ingest them again."
        )
    tiles = st.columns(5)
    tiles[0].metric("Unknown origin", f"{len(report.unknown_origin):,}")
    tiles[1].metric("Names that lead nowhere", f"{len(report.unresolved):,}")
    tiles[2].metric("Files not read", f"{len(report.unreadable):,}")
    tiles[3].metric("Links not followed", f"{len(report.not_followed):,}")
    tiles[4].metric("Files of no format", f"{report.not_recognised + report.without_format:,}")
    _table("Documents by format", [_format(f) for f in report.formats])
    _table("Rights that documents leave open", [_rights(f) for f in report.formats if f.rights])
    _table("Files that could not be read", [_noticed(n) for n in report.unreadable])
    _table("Places that were not understood", [_noticed(n) for n in report.skipped])
    _table(
        "Keys that were not understood",
        [
            {"Format": k.format, "Key": k.key, "Documents": k.documents, "Values": k.values}
            for k in report.keys
        ],
    )
    _table("Artifacts of unknown origin", [_node(n) for n in report.unknown_origin])
    _table("References that name nothing", [_node(n) for n in report.unresolved])
    _table("Links that were not followed", [_noticed(n) for n in report.not_followed])


def _table(title: str, rows: Sequence[Mapping[str, object]]) -> None:
    """A list under its title and number; nothing where there is nothing to list."""
    if not rows:
        return
    st.subheader(f"{title}: {len(rows):,}")
    st.dataframe(list(rows[:MOST_LISTED]), hide_index=True, width="stretch")
    if len(rows) > MOST_LISTED:
        st.caption(f"{MOST_LISTED:,} of {len(rows):,} shown; all: lineage coverage --format json")


def _format(row: FormatCoverage) -> dict[str, object]:
    return {
        "Format": row.format,
        "Documents": row.documents,
        "Values": row.leaves,
        "Mapped": share(row.mapped, row.leaves),
        "Left out by name": share(row.ignored, row.leaves),
        "Not understood": share(row.not_understood, row.leaves),
        "Places skipped": row.skipped,
    }


def _rights(row: FormatCoverage) -> dict[str, object]:
    said = row.rights
    return {
        "Format": row.format,
        "Things described": said["things"],
        "Licence unknown": said["licence_unknown"],
        "Licence not stated": said["licence_unspecified"],
        "Personal data unknown": said["personal_unknown"],
        "Personal data not stated": said["personal_unspecified"],
    }


def _noticed(place: Noticed) -> dict[str, object]:
    return {
        "Path": place.path,
        "Line": place.line,
        "What": place.reason,
        "Repository": place.repository,
    }


def _node(node: NodeRow) -> dict[str, object]:
    return {"Kind": node.kind.value, "Id": node.id}
