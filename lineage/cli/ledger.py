"""``lineage ledger``: what was done, signed and verified."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from lineage.cli.base import main, opened, out, print_json, reported, store_option
from lineage.errors import InputError
from lineage.ledger import (
    ACTS,
    Act,
    Draft,
    Keyring,
    Verification,
    active_key,
    append,
    checkpoint,
    checkpoint_of,
    create_key,
    entry_of,
    export,
    key_id,
    lose_key,
    public_key_of,
    rotate_key,
    texts,
    verify,
    who,
)
from lineage.store.ledger import LedgerStore

by_option = click.option(
    "--by", metavar="NAME", help="Who acts.  [default: LINEAGE_ACTOR, or your name on this machine]"
)
keys_option = click.option(
    "--keys",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of keys.  [default: LINEAGE_KEYS, or in your data folder]",
)
format_option = click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table"
)
key_option = click.option(
    "--key",
    "public",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The public key (PEM) of the one you trust.",
)


@main.group("ledger")
def ledger_group() -> None:
    """Shows, signs, exports and verifies the record of what was done.

    Each entry holds the digest of the one before it. Names and notes stand beside the chain and
    can be erased.
    """


@ledger_group.command("show")
@store_option
@click.option("--about", help="Only entries about this: case:C1, keys, checkpoints.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1))
@format_option
@reported
def show_command(address: str, about: str | None, limit: int, form: str) -> int:
    """Lists the latest entries, with the names and notes that are still kept beside them."""
    with opened(address) as store:
        ledger = store.ledger()
        entries = [entry_of(row) for row in ledger.rows(about=about)]
        shown = entries[-limit:]
        ids = {e.by for e in shown} | {v for e in shown for v in e.body.values() if _is_ref(v)}
        told = texts(ledger, {str(i) for i in ids} - {""})
    if form == "json":
        print_json([{**asdict(e), "by": told.get(e.by, e.by)} for e in shown])
        return 0
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("No", "When (UTC)", "Act", "By", "About", "What"):
        table.add_column(column, overflow="fold")
    for e in shown:
        said = ", ".join(
            f"{k} {told.get(str(v), str(v))}" for k, v in e.body.items() if v not in ("", [], {})
        )
        table.add_row(
            str(e.number), e.at[:19], e.act, escape(told.get(e.by, e.by or "lineage")),
            escape(e.about), escape(said if len(said) < 160 else f"{said[:160]}…"),
        )  # fmt: skip
    out.print(table)
    out.print(f"{len(shown)} of {len(entries)} entries. Check them: [bold]lineage ledger verify[/]")
    return 0


def _is_ref(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("note:", "person:"))


@ledger_group.command("verify")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@store_option
@key_option
@click.option("--head", metavar="DIGEST", help="A digest of the ledger that was kept elsewhere.")
@click.option(
    "--checkpoint",
    "kept",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A checkpoint that was kept elsewhere.",
)
@format_option
@reported
def verify_command(
    file: Path | None,
    address: str,
    public: Path | None,
    head: str | None,
    kept: Path | None,
    form: str,
) -> int:
    """Checks an exported FILE, or the store's own ledger: exit 1 if anything was tampered with.

    For a FILE nothing else is needed: no store, no network.
    """
    trusted = public_key_of(public) if public else None
    head = head or (checkpoint_of(kept) if kept else None)
    if file:
        try:
            with file.open("rb") as lines:
                found = verify(lines, trusted, head)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", location=str(file)) from error
    else:
        with opened(address) as store:
            rows = store.ledger().rows()
            found = verify(((row.text + "\n").encode() for row in rows), trusted, head)
    if form == "json":
        print_json(verification_as_json(found))
    else:
        print_verification(found)
    return 0 if found.sound else 1


def verification_as_json(found: Verification) -> dict[str, object]:
    """What a look at a ledger found, as JSON-ready data."""
    return {
        "sound": found.sound,
        "entries": found.entries,
        "head": found.head,
        "checkpoints": found.checkpoints,
        "signed_through": found.signed_through,
        "problems": [{"line": p.line, "what": p.what} for p in found.problems],
        "untold": found.untold,
    }


def print_verification(found: Verification) -> None:
    """Says what a look at a ledger found, and what it cannot show."""
    if found.sound:
        out.print(
            f"[green]sound[/]: {found.entries:,} entries, each follows from the one before; "
            f"{found.checkpoints} checkpoints; signed by a key you trust through entry "
            f"{found.signed_through:,}",
            highlight=False,
        )
    else:
        out.print("[bold red]tampered with[/]", highlight=False)
    for problem in found.problems:
        out.print(f"  line {problem.line}: {escape(problem.what)}", highlight=False)
    out.print(f"  head {found.head}", highlight=False)
    for text in found.untold:
        out.print(f"  not shown: {escape(text)}", highlight=False)


@ledger_group.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@store_option
@reported
def export_command(file: Path, address: str) -> int:
    """Writes all entries to FILE, for anybody to verify offline."""
    with opened(address) as store:
        count = export(store.ledger(), file)
    out.print(f"{count:,} entries in {escape(str(file))}", highlight=False)
    return 0


@ledger_group.command("checkpoint")
@click.option(
    "--out", "file", type=click.Path(path_type=Path, dir_okay=False),
    help="Write it to this file too: keep that elsewhere.",
)  # fmt: skip
@keys_option
@by_option
@store_option
@reported
def checkpoint_command(file: Path | None, keys: Path | None, by: str | None, address: str) -> int:
    """Signs the chain as it stands. Kept elsewhere, it shows if entries are cut off later."""
    with opened(address) as store:
        row = checkpoint(store.ledger(), Keyring(keys), who(by)).row()
    if file:
        try:
            file.write_text(row.text + "\n", "utf-8")
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror}", location=str(file)) from error
    out.print(f"signed through entry {row.number}; head {row.digest}", highlight=False)
    return 0


@ledger_group.command("erase")
@click.argument("ids", nargs=-1, required=True)
@by_option
@store_option
@reported
def erase_command(ids: tuple[str, ...], by: str | None, address: str) -> int:
    """Erases names (person:…) and notes (note:…) beside the chain, which stays whole."""
    with opened(address) as store:
        ledger = store.ledger()
        gone = [i for i in ids if ledger.erase(i)]
        if gone:
            draft = Draft(Act.ERASED, {"ids": [*gone]}, "", who(by))
            ledger.write(lambda turn: append(turn, draft))
    for i in ids:
        out.print(f"{'erased' if i in gone else 'not there'}: {escape(i)}", highlight=False)
    return 0 if len(gone) == len(ids) else 2


@ledger_group.command("acts")
@reported
def acts_command() -> int:
    """Lists the acts that the ledger records, and what each means."""
    table = Table("Act", "Means", box=None, header_style="bold")
    for act, meaning in ACTS.items():
        table.add_row(act.value, meaning)
    out.print(table)
    return 0


@ledger_group.group("key")
def key_group() -> None:
    """Makes, replaces and shows the key that signs checkpoints and certificates."""


@key_group.command("create")
@keys_option
@by_option
@store_option
@reported
def create_command(keys: Path | None, by: str | None, address: str) -> int:
    """Makes the ledger's first key."""
    return _made(address, keys, by, create_key)


@key_group.command("rotate")
@keys_option
@by_option
@store_option
@reported
def rotate_command(keys: Path | None, by: str | None, address: str) -> int:
    """Replaces the key by a new one, which the old one signs."""
    return _made(address, keys, by, rotate_key)


@key_group.command("lost")
@click.option("--reason", required=True, metavar="TEXT", help="What happened.")
@keys_option
@by_option
@store_option
@reported
def lost_command(reason: str, keys: Path | None, by: str | None, address: str) -> int:
    """Notes that the key is lost, and goes on with a new one.

    Nobody who trusts the old key can be shown that the new one is yours: tell them of it.
    """

    def lost(ledger: LedgerStore, ring: Keyring, by_: str) -> bytes:
        return lose_key(ledger, ring, by_, reason)

    return _made(address, keys, by, lost)


def _made(
    address: str,
    keys: Path | None,
    by: str | None,
    make: Callable[[LedgerStore, Keyring, str], bytes],
) -> int:
    ring = Keyring(keys)
    with opened(address) as store:
        public = make(store.ledger(), ring, who(by))
    out.print(f"key {key_id(public)}", highlight=False)
    out.print(f"give out: {escape(str(ring.public_path(public)))}", highlight=False)
    return 0


@key_group.command("show")
@keys_option
@store_option
@reported
def key_show_command(keys: Path | None, address: str) -> int:
    """Shows which key signs now, and where its public file is."""
    ring = Keyring(keys)
    with opened(address) as store:
        public = active_key(store.ledger())
    if public is None:
        out.print("no key yet: [bold]lineage ledger key create[/]")
        return 2
    here = "here" if (ring.folder / f"{key_id(public)}.private.pem").exists() else "not here"
    out.print(f"key {key_id(public)}; its private file is {here}", highlight=False)
    out.print(f"public: {escape(str(ring.public_path(public)))}", highlight=False)
    return 0
