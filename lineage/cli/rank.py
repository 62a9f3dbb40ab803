"""``lineage rank``."""

from __future__ import annotations

import click
from rich.markup import escape
from rich.table import Table

from lineage.cli.base import main, out, print_json, reported
from lineage.cli.view import View, asks_graph
from lineage.export.asked import asked_line, listed
from lineage.export.ranking import exposed_in_words, people_in_words, ranking_as_json
from lineage.questions import Ranked, Ranking, rank
from lineage.questions.counted import MODELS
from lineage.questions.ranking import RANKED_BY
from lineage.vocabulary import Kind

_KINDS = [kind.value.lower() for kind in Kind if kind != Kind.DOCUMENT]


@main.command("rank")
@click.option(
    "--by",
    type=click.Choice(RANKED_BY),
    default="models",
    show_default=True,
    help="What counts first; people are the stated users of affected deployments.",
)
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(_KINDS),
    multiple=True,
    default=("source",),
    show_default=True,
    help="What is ranked; may be given several times.",
)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@reported
@asks_graph
def rank_command(view: View, by: str, kinds: tuple[str, ...], limit: int, form: str) -> int:
    """Ranks all sources by what falls if each goes: which is the most dangerous to lose."""
    chosen = [kind for kind in Kind if kind.value.lower() in kinds]
    ranking = rank(view.graph, chosen, view.policy)
    shown = ranking.top(by, limit)
    if form == "json":
        print_json(ranking_as_json(ranking, by, shown))
    else:
        _print(ranking, by, shown)
    return 0


def _print(ranking: Ranking, by: str, shown: list[Ranked]) -> None:
    words = [f"{kind.value.lower()}s".replace("ys", "ies") for kind in ranking.kinds]
    if not shown:
        one = [f"a {kind.value.lower()}" for kind in ranking.kinds]
        out.print(f"No document that was read names {listed(one, 'or')}.")
        return
    first = shown[0]
    out.print(
        f"[bold]Of {len(ranking):,} {listed(words)}, “{escape(first.name)}” is the most dangerous "
        f"to lose: if it goes, {escape(exposed_in_words(first.exposed))} "
        f"{'is' if first.exposed.things == 1 else 'are'} affected.[/]"
        if first.exposed.things
        else f"[bold]{listed(words).capitalize()}: nothing known to this store falls if any of "
        f"the {len(ranking):,} goes.[/]",
        highlight=False,
    )
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("", justify="right", style="dim")
    table.add_column("Name", overflow="fold", ratio=2)
    if len(ranking.kinds) > 1:
        table.add_column("Kind")
    for column in ("Models", "Deployments", "All things"):
        table.add_column(column, justify="right")
    table.add_column("People exposed")
    table.add_column("Id", overflow="fold", ratio=3, style="dim")
    for place, row in enumerate(shown, 1):
        kind = [row.kind.value] if len(ranking.kinds) > 1 else []
        table.add_row(
            str(place),
            escape(row.name),
            *kind,
            *(f"{n:,}" for n in (row.exposed.models, row.exposed.deployments, row.exposed.things)),
            people_in_words(row.exposed),
            escape(row.id),
        )
    out.print(table)
    out.print(
        f"{len(shown):,} of {len(ranking):,} shown, by {by}; each is counted exactly, proven and "
        f"possible together. {escape(asked_line(ranking.graph, ranking.policy))} "
        "What falls: [bold]lineage impact NAME[/]",
        highlight=False,
    )
    if ranking.kinds == (Kind.SOURCE,) and not ranking.counts[:, MODELS].any():
        out.print(
            "No source is known to reach a model; models may stand on data sets whose sources "
            "nobody stated. To rank those: [bold]lineage rank --kind source --kind dataset[/]",
            highlight=False,
        )
