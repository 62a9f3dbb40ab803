"""What an answer was asked of: the same few words in every format."""

from __future__ import annotations

from lineage.graph import Graph
from lineage.impact import Policy


def asked(graph: Graph, policy: Policy) -> dict[str, object]:
    """``{"store", "version", "as_of", "policy", "counts_retracted", "taken_at"}``."""
    return {
        "store": graph.store,
        "version": graph.version,
        "as_of": graph.at.isoformat(timespec="seconds") if graph.at else None,
        "policy": policy.title,
        "counts_retracted": policy.counts_retracted,
        "taken_at": graph.taken_at.isoformat(timespec="seconds"),
    }


def asked_line(graph: Graph, policy: Policy) -> str:
    """The same in one line of plain words."""
    then = f", as of {graph.at:%Y-%m-%d %H:%M} UTC" if graph.at else ""
    kept = "" if policy.counts_retracted else ", without what documents no longer say"
    return f"Store {graph.store}, version {graph.version}{then}, policy {policy.title}{kept}."


def number_of(count: int, word: str) -> str:
    """A number and the word for what is counted: ``1 model``, ``2 copies``."""
    if count == 1:
        return f"1 {word}"
    return f"{count:,} {word[:-1]}ies" if word[-2:] in {"py", "ty", "ry"} else f"{count:,} {word}s"


def listed(parts: list[str], last: str = "and") -> str:
    """A list in words: ``a, b and c``."""
    return f" {last} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
