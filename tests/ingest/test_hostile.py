"""Whatever a file holds, a scan ends soon, breaks nothing, and says what it could not read."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.base import ingestors
from lineage.export.readings import reading_as_json
from lineage.scan import Outcome, Scanned, scan, targets
from reading_helper import EXPECTED, FIXTURES

SEEDS = sorted(
    p for p in FIXTURES.rglob("*") if p.is_file() and p.name != EXPECTED and p.suffix != ".txt"
)
MUTATIONS = int(os.environ.get("LINEAGE_MUTATIONS", "5000"))
SECONDS_A_FILE = 2.0
"""Of the processor: what else the machine does is no defect."""
MEGABYTES = 512

NASTY = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\t", b"---\n", b"...\n", b"*a", b"&a ", b"<<: ",
    b"!!python/object/apply:os.system [id]\n", b"${oc.env:SECRET}", b"${a.b.c}", b"${${${",
    b"{{ x }}", b"???", b"../../../../etc/passwd", b"file:///etc/passwd", b"https://u:p@h/?t=1",
    b"https://[::1", b"s3://", b"hf://", b"9" * 400, b"-1e999", b"0x7fffffffffffffffffff",
    "\u202e\u2066\u200b".encode(), "\U0001f600".encode(), b"\\ud800", b"[" * 300, b"{" * 300,
    b"a: " * 150, b"- " * 150, b"'", b'"', b"`", b"|", b">", b"%", b"@", b"#", b": ", b",", b"\\",
    b"null", b"~", b"true", b"[]", b"{}", b"1.10", b"NO", b"12:30", b"name: name\nname: name\n",
    b"x" * 10_000, b"{000000..999999999}", b"{a,b,{c,d}}", b"*" * 50, b"<script>", b"$(id)",
    b"`id`",
]  # fmt: skip


def mutated(content: bytes, choose: random.Random) -> bytes:
    """The content with one to four small harms done to it."""
    for _ in range(choose.randint(1, 4)):
        at, to = sorted(choose.randrange(len(content) + 1) for _ in range(2))
        harm = choose.randrange(7)
        if harm == 0:
            content = content[:at] + content[to:]
        elif harm == 1:
            content = content[:at] + choose.choice(NASTY) + content[at:]
        elif harm == 2:
            content = content[:to] + content[at:to] + content[to:]
        elif harm == 3:
            content = content[:at]
        elif harm == 4:
            lines = content.split(b"\n")
            choose.shuffle(lines)
            content = b"\n".join(lines)
        elif harm == 5:
            words = content.split(b" ")
            words[choose.randrange(len(words))] = choose.choice(NASTY)
            content = b" ".join(words)
        else:
            content = content[:at] + bytes([choose.randrange(256)]) + content[at + 1 :]
    return content


def looked_at(folder: Path) -> list[Scanned]:
    return [item for target in targets([folder], "fuzz") for item in scan(target)]


def is_sound(item: Scanned) -> None:
    """No defect of ours stands behind what became of the file."""
    assert "please report" not in item.reason, (item.path, item.reason)
    if item.reading is not None:
        reading_as_json(item.reading)
    elif item.outcome == Outcome.UNREADABLE:
        assert item.reason


@settings(
    max_examples=MUTATIONS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.sampled_from(SEEDS), number=st.integers(0, 2**32))
@pytest.mark.timeout(1500)
def test_mutated_fixtures_never_break_a_reader(tmp_path: Path, seed: Path, number: int) -> None:
    content = mutated(seed.read_bytes(), random.Random(number))
    folder = tmp_path / "one"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (folder / seed.name).write_bytes(content)
    started = time.process_time()
    for item in looked_at(folder):
        is_sound(item)
    assert time.process_time() - started < SECONDS_A_FILE


def hostile(choose: random.Random) -> bytes:
    """A file that somebody made to hurt."""
    kind = choose.randrange(12)
    size = choose.randint(1, 400)
    if kind == 0:
        return b"[" * (size * 500)
    if kind == 1:
        return b'{"a":' * (size * 500)
    if kind == 2:
        levels = "".join(
            f"a{i + 1}: &a{i + 1} [{','.join([f'*a{i}'] * 9)}]\n" for i in range(size % 12)
        )
        return f"a0: &a0 [x,x,x,x,x,x,x,x,x]\n{levels}".encode()
    if kind == 3:
        return b"a: &a\n  b: *a\n"
    if kind == 4:
        return b"key: 1\n" * size
    if kind == 5:
        return b'{"a": "\\ud800", "b": "\\udfff\\u0000"}' * (1 + size % 3)
    if kind == 6:
        return b"base_model: " + b"9" * (size * 1000) + b"\noutput_dir: " + b"/a" * size * 50
    if kind == 7:
        return "base_model: \u202e\u2066evil\u2069\noutput_dir: ./x\x00y\n".encode()
    if kind == 8:
        return b"\xef\xbb\xbfbase_model: a/b\n" + choose.randbytes(size)
    if kind == 9:
        return "base_model: a/b\ndatasets:\n- path: c/d\n".encode("utf-16")[: choose.randint(1, 80)]
    if kind == 10:
        return choose.randbytes(size * 20)
    return b"x = " + b"(" * (size * 100) + b"-" * (size * 1000)


SCAN = """
import json, re, sys, time
from pathlib import Path
from lineage.export.readings import reading_as_json
from lineage.scan import scan, targets

slowest, items, started = 0.0, [], time.process_time()
for target in targets([Path(sys.argv[1])], "fuzz"):
    for item in scan(target):
        now = time.process_time()
        slowest, started = max(slowest, now - started), now
        if item.reading is not None:
            reading_as_json(item.reading)
        items.append([item.path, item.outcome, item.reason])
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
json.dump({"slowest": slowest, "peak": peak, "items": items}, sys.stdout)
"""
"""A scan in a process of its own, which tells its longest file and its most memory, in MB."""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
@pytest.mark.timeout(900)
def test_two_thousand_hostile_files_leave_the_good_ones_be(tmp_path: Path) -> None:
    choose = random.Random(20261123)
    folder, outside = tmp_path / "tree", tmp_path / "outside.yaml"
    folder.mkdir()
    good = b"base_model: a/b\ndatasets:\n  - path: c/d\n    type: alpaca\noutput_dir: ./out\n"
    outside.write_bytes(good)
    endings = sorted({e for i in ingestors() for e in i.endings})
    made = set()
    for number in range(2_000):
        ending = choose.choice(endings)
        name = f"{number}{ending}" if ending.startswith(".") else f"{number}/{ending}"
        place = folder / name
        place.parent.mkdir(exist_ok=True)
        if number % 50 == 0:
            place.symlink_to(choose.choice([outside, Path("/etc/passwd"), folder, place]))
        else:
            place.write_bytes(hostile(choose))
        made.add(name)
        if number % 100 == 0:
            (folder / f"good-{number}.yaml").write_bytes(good)
    done = subprocess.run(
        [sys.executable, "-c", SCAN, folder], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    became = {path: (outcome, reason) for path, outcome, reason in told["items"]}
    assert not [reason for _, reason in became.values() if "please report" in reason]
    assert all(became[f"good-{n}.yaml"][0] == Outcome.READ for n in range(0, 2_000, 100))
    assert made <= set(became)
    assert all(reason for _, reason in became.values())
    for path, (outcome, reason) in became.items():
        if outcome == Outcome.UNREADABLE:
            assert Path(path).name in reason, (path, reason)
    assert told["slowest"] < SECONDS_A_FILE
    assert told["peak"] < MEGABYTES
