"""Which graph a question is asked of, and under which policy: options that all questions have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

import click

from lineage.cli.base import opened, store_option
from lineage.graph import Graph
from lineage.graph.times import as_of, parsed_time
from lineage.impact import Policy
from lineage.impact.policy import read_policy

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class View:
    """A graph, the policy to ask it under, and the address of its store."""

    graph: Graph
    policy: Policy
    address: str


def asks_graph(command: Callable[Concatenate[View, P], int]) -> Callable[P, int]:
    """Gives a command the view that its options name, as the first argument."""

    @store_option
    @click.option("--as-of", metavar="DATE", help="As things were then, as far as is known today.")
    @click.option("--known-at", metavar="DATE", help="As the store knew it then.")
    @click.option(
        "--policy",
        "policy_file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="A TOML file that says what transmits what (docs/policy.md).",
    )
    @click.option(
        "--current-only", is_flag=True, help="Leave out assertions that documents no longer make."
    )
    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> int:
        view = _view(
            str(kwargs.pop("address")),
            _text(kwargs.pop("as_of")),
            _text(kwargs.pop("known_at")),
            kwargs.pop("policy_file"),  # type: ignore[arg-type]
            current_only=bool(kwargs.pop("current_only")),
        )
        return command(view, *args, **kwargs)

    return run


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _view(
    address: str,
    then: str | None,
    known: str | None,
    policy_file: Path | None,
    *,
    current_only: bool,
) -> View:
    policy = read_policy(policy_file) if policy_file else Policy()
    if current_only:
        policy = replace(policy, counts_retracted=False)
    with opened(address) as store:
        version = store.moment(parsed_time(known)).version if known else None
        graph = Graph.of(store, version)
    return View(as_of(graph, parsed_time(then)) if then else graph, policy, address)
