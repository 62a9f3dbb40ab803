"""``lineage ui``."""

from __future__ import annotations

import click

from lineage.cli.base import main, reported, store_option


@main.command("ui")
@store_option
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
@reported
def ui_command(address: str, port: int, no_open: bool) -> int:
    """Opens the explorer in the browser, at 127.0.0.1."""
    from lineage.ui.launch import launch

    return launch(address, port=port, open_browser=not no_open)
