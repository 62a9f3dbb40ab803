"""The page "Blast radius": what falls if something is revoked. Counts first, then the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from lineage.drawing.picture import Picture
from lineage.drawing.scenes import blast_picture
from lineage.export.asked import number_of
from lineage.export.words import headline, left_out
from lineage.graph import Graph
from lineage.impact import Affected, Impact, things
from lineage.ui.components import choice
from lineage.ui.components.canvas import canvas
from lineage.ui.components.otherwise import answered, ask_otherwise, since_when
from lineage.ui.components.prose import block, prose
from lineage.ui.components.reach import reach_table
from lineage.ui.components.table import ACTIONS, ask_filter, downloads, marked_anew, table
from lineage.ui.components.tiles import certainty_row, certainty_tiles, kind_row, tiles
from lineage.ui.components.why import why_blocks
from lineage.ui.links import WHY, Links, ask, asked
from lineage.vocabulary import Transmits

Show = Callable[[Graph, Links], None]

_OPENED = "blast-opened"
_ROWS = "blast-rows"


@st.cache_resource(show_spinner=False, max_entries=16)
def _drawn(
    _graph: Graph, _answer: Impact, of: tuple[str, tuple[str, ...]], opened: tuple[str, ...]
) -> Picture:
    """The picture of an answer, kept while only the chosen card changes."""
    del of
    return blast_picture(_graph, _answer, opened)


def show(graph: Graph, links: Links) -> None:
    """Shows the page."""
    chosen = choice.choose(graph)
    if not chosen:
        prose(
            "start",
            [
                block("headline", "Which source may no longer be used?"),
                block(
                    "line",
                    "Choose it above, or one of these. The page then counts what must go, be "
                    "retrained or be withdrawn, and shows which line of which document says so.",
                ),
            ],
        )
        reach_table(graph, "start-reach", lambda id_: choice.set_choice([id_]))
        return
    found = answered(graph, chosen, ask_otherwise())
    answer, graph = found.answer, found.graph
    _headline(answer, graph, found.narrowing)
    if not answer.affected:
        tiles([certainty_tiles(answer, ())])
        return
    numbers = st.container()
    left, right = st.columns([0.68, 0.32], gap="medium")
    with left:
        shown = _table(answer, graph)
        _picture(answer, graph, found.name)
    with numbers:
        tiles([kind_row(answer, shown), certainty_row(answer, shown)])
        since_when(answer, graph)
    with right, st.container(key="why"):
        _why(answer, graph, links)


def _headline(answer: Impact, graph: Graph, narrowing: Sequence[str]) -> None:
    effects = answer.counts["effect"]
    todo = [
        f"{ACTIONS[t]}: {effects[t.value]}"
        for t in ACTIONS
        if t != Transmits.IDENTIFIES and effects.get(t.value)
    ]
    blocks = [block("headline", headline(answer, graph))]
    if todo:
        blocks.append(block("line", "What to do: " + " · ".join(todo)))
    blocks += [block("warning", line) for line in left_out(answer, graph)]
    blocks += [block("line", line) for line in narrowing]
    if answer.as_of:
        blocks.append(block("line", f"As things were on {answer.as_of[:10]}."))
    if answer.spared:
        blocks.append(
            block(
                "line",
                f"Left out: {len(answer.spared)} held under what ends and also under another "
                "verified right.",
            )
        )
    if answer.retracted_used:
        blocks.append(
            block(
                "warning",
                f"{answer.retracted_used} of them only through statements that documents no longer "
                "make. They count: training cannot be taken back.",
            )
        )
    if not answer.complete:
        blocks.append(block("warning", "This answer is not complete."))
    if not answer.affected and answer.undetermined:
        blocks.append(
            block(
                "warning",
                f"That is no proof: {answer.undetermined} other things stand on something whose "
                "origin nobody has stated.",
            )
        )
    prose("headline", blocks)


def _table(answer: Impact, graph: Graph) -> Sequence[Affected]:
    chosen = ask_filter(answer)
    shown = [a for a in answer.affected if chosen.passes(a)]
    total = st.session_state[_ROWS] = len(answer.affected)
    cut = (
        f"{len(shown):,} of {total:,} shown by your filter"
        if len(shown) != total
        else number_of(total, "row")
    )
    counted = len(things(shown))
    names = (
        ""
        if counted == len(shown)
        else (f"; they are {counted} things: some are known under several names")
    )
    st.caption(f"{cut}{names}. Select a row to see why.")
    table(answer, shown, graph, _chosen(), _choose)
    downloads(answer, shown, graph)
    return shown


def _picture(answer: Impact, graph: Graph, name: str) -> None:
    key = "\n".join(answer.roots)
    groups: dict[str, list[str]] = st.session_state.setdefault(_OPENED, {})
    opened = groups.setdefault(key, [])
    of = (name, answer.roots)
    picture = _drawn(graph, answer, of, tuple(opened))

    def clicked(id_: str) -> None:
        if id_.startswith("group:"):
            groups[key] = [*opened, id_]
        else:
            _choose_elsewhere(id_)

    canvas(
        "blast-picture",
        picture,
        drawn_words(picture, "affected"),
        _chosen(),
        clicked,
        click_does="to see why",
    )
    if opened:
        st.button("Close the opened groups", on_click=lambda: groups.update({key: []}))


def drawn_words(picture: Picture, what: str) -> str:
    """How much of what there is the picture shows."""
    groups = (
        f", {picture.groups} groups of alike things"
        if picture.groups > 1
        else (", one group of alike things" if picture.groups else "")
    )
    rest = "" if picture.drawn == picture.total else "; all of them are in the table"
    return f"{picture.drawn:,} of {picture.total:,} {what} drawn{groups}{rest}"


def _why(answer: Impact, graph: Graph, links: Links) -> None:
    chosen = _chosen()
    prose("why", why_blocks(graph, answer, chosen), _choose_elsewhere)
    if chosen in graph.number:
        links.to_artifact(str(chosen), "Open it in Explore")
        if chosen not in answer.roots:
            links.to_blast([str(chosen)], "Show the blast radius of this alone")


def _choose(id_: str | None) -> None:
    ask(WHY, [id_] if id_ else [])


def _choose_elsewhere(id_: str) -> None:
    """A choice made outside the table, which then has to mark another row."""
    _choose(id_)
    marked_anew(st.session_state.get(_ROWS, 0))


def _chosen() -> str | None:
    ids = asked(WHY)
    return ids[0] if ids else None
