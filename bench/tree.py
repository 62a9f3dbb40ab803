"""A tree of configs to measure an ingest on, the same for the same seed.

The files are those of ``fixtures/``, case by case, each in a folder of its own, as a large
monorepo has them: most projects are copies of others with other numbers, and many keep several
variants of a config side by side. Digests are drawn
anew for each copy, so that no two cases are joined by them; every third folder holds files of
no format (code, notes, settings), which a scan has to look at too. YAML files get settings that
mean no lineage, up to the size that public configs have (median 2.9 kB, quartiles 1.1 and 4.5).
"""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

from ingest.base import ingestors

FIXTURES = Path(__file__).parents[1] / "fixtures"
_DIGEST = re.compile(rb"\b[0-9a-f]{32}\b|\b[0-9a-f]{64}\b")
_OTHER = {
    "train.py": b"import torch\n\n\ndef main():\n    print(torch.rand(3))\n",
    "settings.yaml": b"name: %d\nloggers:\n  - {level: info, to: stdout}\nretries: 3\n",
    "package.json": b'{"name": "tool-%d", "version": "1.0.0", "scripts": {"test": "jest"}}\n',
    "NOTES.md": b"# Notes %d\n\nNothing to see.\n",
}


_NAMED = {ending for one in ingestors() for ending in one.endings if not ending.startswith(".")}
"""Names that a format knows its files by: these are not varied."""

_SETTING = b"setting_%d:\n  rate: %.6f\n  steps: %d\n  schedule: cosine\n  betas: [0.9, %.4f]"


def _cases() -> list[dict[str, bytes]]:
    """The files of each fixture, by their path in the case."""
    found = []
    for case in sorted(p.parent for p in FIXTURES.rglob("expected.json")):
        files = {
            p.relative_to(case).as_posix(): p.read_bytes()
            for p in sorted(case.rglob("*"))
            if p.is_file() and p.name != "expected.json"
        }
        found.append(files)
    return found


def _padded(content: bytes, choose: random.Random) -> bytes:
    """A YAML text with settings added, up to a size drawn from that of public configs."""
    size = min(int(choose.lognormvariate(7.97, 1.0)), 40_000)
    lines, length = [content.rstrip(b"\n")], len(content)
    while length < size:
        numbers = len(lines), choose.random(), choose.randrange(10_000), choose.random()
        block = _SETTING % numbers
        lines.append(block)
        length += len(block) + 1
    return b"\n".join(lines) + b"\n"


def plant(root: Path, files: int, seed: int = 20_261_123) -> int:
    """Writes a tree of about so many files below an empty folder; gives the exact number."""
    choose = random.Random(seed)
    cases = _cases()
    shutil.rmtree(root, ignore_errors=True)
    count = number = 0
    while count < files:
        number += 1
        folder = root / f"team-{number % 97}" / f"project-{number}"
        if number % 3:
            contents = choose.choice(cases)
        else:
            name = choose.choice(sorted(_OTHER))
            contents = {name: _OTHER[name].replace(b"%d", b"%d" % number)}
        if len(contents) == 1 and (variants := choose.choice((1, 1, 5, 20))) > 1:
            ((path, content),) = contents.items()
            if path not in _NAMED:
                place = Path(path)
                contents = {
                    str(place.with_stem(f"{place.stem}-{n}")): content for n in range(variants)
                }
        for path, content in contents.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            drawn = _DIGEST.sub(lambda m: b"%0*x" % (len(m[0]), choose.getrandbits(128)), content)
            if path.endswith((".yaml", ".yml")) and re.match(rb"[\w-]+:", content):
                drawn = _padded(drawn, choose)
            place.write_bytes(drawn)
            count += 1
    return count
