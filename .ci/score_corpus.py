"""Scores what the product reads from a corpus of real configs against what careful readers found.

Usage: ``python .ci/score_corpus.py CORPUS [options]``. ``CORPUS`` holds ``groundtruth.jsonl``,
``score.py`` and ``files/``; with ``--wheel`` the cases of ``groundtruth-python.jsonl`` whose
files that wheel of a framework carries under ``.mim/`` are scored too. Each case's files are
copied to a folder of their own and read with ``lineage ingest --dry-run --format json``. The
prediction of a case is what its first document says; where that says nothing, what all of them
say. Exits 1 below a threshold or when something that must not be emitted was.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

from ingest.base import ingestors

FORMATS = {
    "alignment-handbook": "trl",
    "hf-dataset-cards": "hf_dataset_card",
    "hf-model-cards": "hf_model_card",
    "mmpretrain": "openmmlab_metafile",
    "hydra-template": "hydra",
}
"""Frameworks whose format is not called as they are."""

UNSCORED_OUTPUTS = frozenset({"mmp-meta-vgg"})
"""Cases whose outputs were listed in part only."""

UNREACHABLE_OUTPUTS = {"card-minilm": "the organisation stands in none of the case's files"}
"""Outputs that no reader of the files could name: in the table, but not in the thresholds."""

LINEAGE = Path(sys.executable).parent / "lineage"


def documents_of(tree: Path) -> list[dict[str, Any]]:
    """What the product's own command says of each file below a folder."""
    done = subprocess.run(
        [LINEAGE, "ingest", "--dry-run", "--format", "json", "--repository", "corpus", tree],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in {0, 3}:
        raise SystemExit(f"lineage ingest failed: {done.stderr}")
    return list(json.loads(done.stdout)["documents"])


def prediction(case: str, documents: list[dict[str, Any]]) -> dict[str, Any]:
    """Documents' facts in the shape that ``score.py`` reads."""
    return {
        "id": case,
        "inputs": [{"role": i["role"], "name": i["name"]} for d in documents for i in d["inputs"]],
        "outputs": [{"name": o["name"]} for d in documents for o in d["outputs"]],
    }


def unpacked(wheel: Path, folder: Path) -> None:
    """Puts the configs that a framework's wheel carries where the corpus has its own."""
    with zipfile.ZipFile(wheel) as packed:
        for name in packed.namelist():
            framework, inside, path = name.partition("/.mim/")
            if inside and not name.endswith("/") and ".." not in path:
                place = folder / framework / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(packed.read(name))


def cases_of(corpus: Path, wheels: Collection[Path], folder: Path) -> list[tuple[Any, Path]]:
    """Each case, with the folder that holds its files."""
    truth = (corpus / "groundtruth.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [(json.loads(line), corpus / "files") for line in truth]
    for wheel in wheels:
        unpacked(wheel, folder)
    more = (corpus / "groundtruth-python.jsonl").read_text(encoding="utf-8").splitlines()
    return cases + [
        (case, folder)
        for case in map(json.loads, more)
        if all((folder / file).is_file() for file in case["files"])
    ]


def predictions(case: dict[str, Any], files: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The prediction of a case, and that of all its documents together."""
    with tempfile.TemporaryDirectory() as folder:
        for file in case["files"]:
            copied = Path(folder) / file
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(files / file, copied)
        documents = documents_of(Path(folder))
    first = [d for d in documents if d["path"] == case["files"][0]]
    says = any(d["inputs"] or d["outputs"] for d in first)
    return prediction(case["id"], first if says else documents), prediction(case["id"], documents)


def forbidden(case: dict[str, Any], predicted: dict[str, Any]) -> list[str]:
    """Names that the case forbids word for word, and that were emitted."""
    emitted = {row["name"] for part in ("inputs", "outputs") for row in predicted[part]}
    plain = {re.sub(r" \(.*\)$", "", text) for text in case["must_not_emit"]}
    if "any node" in plain and emitted:
        return sorted(emitted)
    return sorted(emitted & plain)


def scored(score: Path, cases: list[dict[str, Any]], predicted: list[dict[str, Any]]) -> str:
    """What ``score.py`` prints for these cases."""
    spec = importlib.util.spec_from_file_location("score", score)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as said:
        paths = Path(folder, "truth.jsonl"), Path(folder, "predictions.jsonl")
        for path, rows in zip(paths, (cases, predicted), strict=True):
            path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        module.main(*map(str, paths))
    return said.getvalue()


def figures(line: str) -> tuple[float, float, float, float]:
    """Precision and recall of inputs and of outputs in a line of ``score.py``."""
    pairs = re.findall(r"P (\d\.\d+) R (\d\.\d+)", line)
    (input_p, input_r), _, (output_p, output_r) = [(float(p), float(r)) for p, r in pairs]
    return input_p, input_r, output_p, output_r


def without_outputs(rows: list[dict[str, Any]], cases: Collection[str]) -> list[dict[str, Any]]:
    """The rows, without the outputs of some cases."""
    return [{**row, "outputs": []} if row["id"] in cases else row for row in rows]


def main() -> int:
    """Scores, prints, and compares with the thresholds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--wheel", type=Path, action="append", default=[])
    parser.add_argument("--min-input-precision", type=float, default=0.98)
    parser.add_argument("--min-input-recall", type=float, default=0.95)
    parser.add_argument("--min-output-precision", type=float, default=0.97)
    parser.add_argument("--min-output-recall", type=float, default=0.95)
    parser.add_argument(
        "--verbose", action="store_true", help="print what each case missed or added"
    )
    chosen = parser.parse_args()

    known = {i.name for i in ingestors()}
    with tempfile.TemporaryDirectory() as folder:
        all_cases = cases_of(chosen.corpus, chosen.wheel, Path(folder))
        found = [
            (case, files)
            for case, files in all_cases
            if FORMATS.get(case["framework"], case["framework"].replace("-", "_")) in known
        ]
        pairs = [predictions(case, files) for case, files in found]
    cases = [case for case, _ in found]
    first, union = [a for a, _ in pairs], [b for _, b in pairs]
    print(f"{len(cases)} of {len(all_cases)} cases are of formats with an ingestor\n")
    score = chosen.corpus / "score.py"
    cases = without_outputs(cases, UNSCORED_OUTPUTS)
    first, union = (without_outputs(rows, UNSCORED_OUTPUTS) for rows in (first, union))
    print(scored(score, cases, first))
    print(f"All documents of each case together:\n{scored(score, cases, union).splitlines()[-1]}")
    for case, reason in UNREACHABLE_OUTPUTS.items():
        print(f"Not in the thresholds: outputs of {case}: {reason}")
    reachable = [without_outputs(rows, UNREACHABLE_OUTPUTS) for rows in (cases, first)]
    result = scored(score, *reachable)
    if chosen.verbose:
        for what, rows in (("first", first), ("all", union)):
            print(f"\n{what} documents:")
            for case, predicted in zip(cases, rows, strict=True):
                explain(case, predicted)

    failed = False
    for case, predicted in zip(cases, union, strict=True):
        for name in forbidden(case, predicted):
            print(f"{case['id']}: must not be emitted: {name}")
            failed = True
    minima = (
        chosen.min_input_precision,
        chosen.min_input_recall,
        chosen.min_output_precision,
        chosen.min_output_recall,
    )
    names = ("input precision", "input recall", "output precision", "output recall")
    for name, value, minimum in zip(names, figures(result.splitlines()[-1]), minima, strict=True):
        if value < minimum:
            print(f"{name} is {value}, below {minimum}")
            failed = True
    return int(failed)


def explain(case: dict[str, Any], predicted: dict[str, Any]) -> None:
    """Prints the names of a case that are only in the truth, and only in the prediction."""

    def plain(text: str) -> str:
        return re.sub(r"^\./", "", text).rstrip("/").casefold()

    for part in ("inputs", "outputs"):
        gold = [
            ((row.get("role", ""), row["raw"]), {plain(row["raw"]), plain(row["canonical"])})
            for row in case[part]
        ]
        got = Counter((row.get("role", ""), row["name"]) for row in predicted[part])
        missed = [g for g, names in gold if not any(plain(n) in names for _, n in got)]
        added = [g for g in got if not any(plain(g[1]) in names for _, names in gold)]
        if missed or added:
            print(f"{case['id']} {part}: missed {missed}, added {added}")


if __name__ == "__main__":
    sys.exit(main())
