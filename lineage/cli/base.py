"""What every command shares: the consoles, the store option, errors and exit status."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from importlib import import_module
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as distribution_version
from pkgutil import iter_modules
from typing import ParamSpec

import click
from rich.console import Console
from rich.markup import escape

import lineage.cli
from lineage.errors import AmbiguousError, LineageError
from lineage.store import Store, default_address, open_store

P = ParamSpec("P")

_PIPED_WIDTH = 160

out = Console(
    soft_wrap=True,
    width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else _PIPED_WIDTH,
)
err = Console(stderr=True, soft_wrap=True)

store_option = click.option(
    "--store",
    "address",
    default=default_address,
    show_default="LINEAGE_STORE, or a file",
    help="A file path, or neo4j://, neo4j+s://, bolt://.",
)


def reported(command: Callable[P, int]) -> Callable[P, None]:
    """Turns errors into one message on stderr, and the result into the exit status."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except AmbiguousError as error:
            err.print(f"[bold red]lineage:[/] {escape(str(error))}")
            for candidate in error.candidates:
                err.print(f"  {escape(candidate)}", highlight=False)
            if error.total > len(error.candidates):
                err.print(f"  … and {error.total - len(error.candidates)} more")
            code = error.exit_code
        except LineageError as error:
            err.print(f"[bold red]lineage:[/] {escape(str(error))}", highlight=False)
            code = error.exit_code
        except KeyboardInterrupt:
            err.print("lineage: stopped; what was written before is kept.")
            code = 130
        sys.exit(code)

    return run


@contextmanager
def opened(address: str) -> Iterator[Store]:
    """A store that is closed at the end."""
    store = open_store(address)
    try:
        yield store
    finally:
        store.close()


def print_json(value: object) -> None:
    """JSON on stdout, in one piece, with no wrapping or colour."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


class Commands(click.Group):
    """The commands of this package: each stands in the module of its name, loaded when needed.

    Loading all takes longer than many commands run.
    """

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name."""
        if (module := cmd_name.replace("-", "_")) in _modules():
            import_module(f"{lineage.cli.__name__}.{module}")
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in order."""
        for module in _modules():
            import_module(f"{lineage.cli.__name__}.{module}")
        return super().list_commands(ctx)


def _modules() -> list[str]:
    return [module.name for module in iter_modules(lineage.cli.__path__)]


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(distribution_version("lineage-explorer"), prog_name="lineage")
def main() -> None:
    """Reads training configs into a lineage graph, and says what falls when a source goes."""
    with suppress(PackageNotFoundError):
        other = distribution_version("lineage")
        err.print(
            f"lineage: another package, “lineage” {other}, has the same import name; either may "
            "hide parts of the other. Install lineage-explorer in an environment of its own."
        )
