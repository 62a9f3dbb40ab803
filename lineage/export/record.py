"""A model's record as Markdown, HTML and CSV; every format carries the same tables."""

from __future__ import annotations

import csv
import html
import io

from lineage.export.impact import escaped
from lineage.rights.record import Record, Table

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem;
  color: #1c1f24; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem;
  border-bottom: 1px solid #c9ced6; overflow-wrap: anywhere; }
th { background: #f1f3f6; } p { margin: 0.3rem 0 0.6rem; color: #4a515c; }
"""


def record_as_markdown(record: Record) -> str:
    """The record as Markdown; names are escaped."""
    lines = [f"# Record of {escaped(record.name)}", ""]
    lines += [f"- **{name}**: {escaped(value)}" for name, value in record.about]
    for table in record.tables:
        lines += ["", f"## {table.title}", "", escaped(table.says), ""]
        if not table.rows:
            lines.append("Nothing is recorded.")
            continue
        lines.append("| " + " | ".join(map(escaped, table.columns)) + " |")
        lines.append("|" + " --- |" * len(table.columns))
        lines += ["| " + " | ".join(map(escaped, row)) + " |" for row in table.rows]
    return "\n".join(lines) + "\n"


def record_as_html(record: Record) -> str:
    """The record as one HTML file that needs nothing else."""
    title = html.escape(f"Record of {record.name}")
    about = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>"
        for name, value in record.about
    )
    parts = "".join(_section(table) for table in record.tables)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>"
        f"<table>{about}</table>{parts}</body></html>\n"
    )


def _section(table: Table) -> str:
    head = f"<h2>{html.escape(table.title)}</h2><p>{html.escape(table.says)}</p>"
    if not table.rows:
        return f"{head}<p>Nothing is recorded.</p>"
    columns = "".join(f"<th>{html.escape(c)}</th>" for c in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    return f"{head}<table><thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table>"


def record_as_csv(record: Record) -> str:
    """The record as CSV in long form: part, row, column, value.

    Cells that a spreadsheet would run are quoted.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("part", "row", "column", "value"))
    for name, value in record.about:
        writer.writerow(("About", 1, name, _inert(value)))
    for table in record.tables:
        for number, row in enumerate(table.rows, 1):
            for column, value in zip(table.columns, row, strict=True):
                writer.writerow((table.title, number, column, _inert(value)))
    return out.getvalue()


def _inert(value: str) -> str:
    return f"'{value}" if value[:1] in {"=", "+", "-", "@", "\t"} else value
