"""``lineage certificate``: the document to file, and whether one is true."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from lineage.cli.base import main, opened, out, print_json, reported, store_option
from lineage.cli.ledger import by_option, format_option, keys_option
from lineage.export.certificate import check_folder, issue
from lineage.ledger import Keyring, public_key_of, who


@main.group("certificate")
def certificate_group() -> None:
    """Issues the certificate of a case, and verifies one from its folder and a public key."""


@certificate_group.command("issue")
@click.argument("case")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@keys_option
@by_option
@store_option
@reported
def issue_command(case: str, folder: Path, keys: Path | None, by: str | None, address: str) -> int:
    """Writes the certificate of CASE into a new FOLDER: HTML, PDF, data, signature, evidence.

    While steps are open it is an interim report, without a statement.
    """
    with opened(address) as store:
        found = issue(store, case, folder, Keyring(keys), who(by))
    for path in sorted(folder.iterdir()):
        out.print(f"{path.stat().st_size:>10,}  {escape(str(path))}", highlight=False)
    if found.status != "closed":
        out.print(f"interim: {len(found.open_steps)} steps are open", highlight=False)
    return 0


@certificate_group.command("verify")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--key", "public", required=True, type=click.Path(path_type=Path, dir_okay=False),
    help="The public key (PEM) of the one you trust, had by another way than the folder.",
)  # fmt: skip
@format_option
@reported
def verify_command(folder: Path, public: Path, form: str) -> int:
    """Checks a certificate's FOLDER offline, and computes its blast radius anew.

    Exit 1 if something does not hold.
    """
    checks = check_folder(folder, public_key_of(public))
    if form == "json":
        print_json([{"what": c.what, "holds": c.holds, "found": c.found} for c in checks])
    else:
        for c in checks:
            word = "[green]holds[/]" if c.holds else "[bold red]does not hold[/]"
            out.print(f"{c.what}: {word}: {escape(c.found)}", highlight=False)
    return 0 if all(c.holds for c in checks) else 1
