"""``lineage ingest --history``, as a user meets it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.test_commands import User
from gits import Git, config, day

ONE, TWO = {"a.yaml": config("org/faces")}, {"a.yaml": config("org/clean")}


@pytest.fixture
def user(tmp_path: Path) -> User:
    return User(tmp_path)


@pytest.fixture
def git(user: User) -> Iterator[Git]:
    made = Git(user.configs)
    yield made
    made.close()


def test_data_that_a_later_commit_removed_still_has_a_blast_radius(user: User, git: Git) -> None:
    git.commits(ONE, TWO)
    done = user.runs("ingest", "configs")
    assert done.returncode == 0, done.stderr
    assert user.runs("impact", "org/faces").returncode == 2
    done = user.runs("ingest", "--history", "configs")
    assert done.returncode == 0, done.stderr
    assert "History of example.org/team/configs: 2 commits replayed, 2 revisions" in done.stdout
    assert "1 assertions found that no file makes any more" in done.stdout
    assert user.affected_by("org/faces") == {"out": "proven", "out (a.yaml)": "proven"}
    assert user.runs("impact", "org/faces", "--current-only", "--format", "json").stdout.count(
        '"affected": []'
    )


def test_each_answer_says_from_when_until_when(user: User, git: Git) -> None:
    git.commits(ONE, TWO)
    user.runs("ingest", "--history", "configs")
    dates = f"stated from {day(0):%Y-%m-%d} until {day(1):%Y-%m-%d}"
    for form in ("table", "csv", "markdown"):
        told = user.runs("impact", "org/faces", "--format", form).stdout.replace("\\", "")
        assert dates in told, form
    assert dates in user.runs("explain", "org/faces", "out (a.yaml)").stdout
    since = user.runs("explain", "org/clean", "out (a.yaml)").stdout
    assert f"stated since {day(1):%Y-%m-%d}" in since
    told = json.loads(user.runs("explain", "org/faces", "out (a.yaml)", "--format", "json").stdout)
    (said,) = told["steps"][0]["assertions"]
    assert (said["active"], said["first_seen"][:10], said["retracted_at"][:10]) == (
        False,
        f"{day(0):%Y-%m-%d}",
        f"{day(1):%Y-%m-%d}",
    )


def test_the_result_as_json(user: User, git: Git) -> None:
    ids = git.commits(ONE, {"a.yaml": "a: [1\n"}, TWO)
    done = user.runs("ingest", "--history", "configs", "--format", "json")
    assert done.returncode == 3
    told = json.loads(done.stdout)
    (history,) = told["history"]
    assert history == {
        "repository": "example.org/team/configs",
        "head": ids[-1],
        "shallow": 0,
        "commits": 3,
        "documents": 2,
        "recalled": 1,
        "unreadable": [
            {"at": f"a.yaml@{ids[1][:7]}", "reason": history["unreadable"][0]["reason"]}
        ],
    }
    again = json.loads(user.runs("ingest", "--history", "configs", "--format", "json").stdout)
    assert again["version"] == told["version"]
    assert again["history"][0]["commits"] == 0
    assert "history" not in json.loads(user.runs("ingest", "configs", "--format", "json").stdout)


def test_an_unreadable_revision_is_reported_with_its_place(user: User, git: Git) -> None:
    ids = git.commits(ONE, {"a.yaml": "a: [1\n"}, TWO)
    done = user.runs("ingest", "--history", "configs")
    assert done.returncode == 3
    assert f"not read  a.yaml@{ids[1][:7]}: " in done.stdout


def test_a_dry_run_says_what_each_revision_says(user: User, git: Git) -> None:
    ids = git.commits(ONE, TWO, {"b.txt": ""})
    done = user.runs("ingest", "--dry-run", "--history", "configs")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("a.yaml@")]
    assert [line.partition("  ")[0] for line in lines] == [f"a.yaml@{i[:7]}" for i in ids]
    assert f"from {day(0):%Y-%m-%d}  axolotl" in lines[0]
    assert "TRAINED_ON org/faces" in lines[0]
    assert lines[2].endswith("gone")
    assert not user.store.exists()


def test_a_dry_run_as_json(user: User, git: Git) -> None:
    ids = git.commits(ONE, TWO, {"b.txt": ""})
    done = user.runs("ingest", "--dry-run", "--history", "configs", "--format", "json")
    told = json.loads(done.stdout)["revisions"]
    assert [(r["revision"], r["from"][:10], r["outcome"]) for r in told] == [
        (ids[0], f"{day(0):%Y-%m-%d}", "read"),
        (ids[1], f"{day(1):%Y-%m-%d}", "read"),
        (ids[2], f"{day(2):%Y-%m-%d}", "gone"),
    ]
    assert "org/faces" in {i["name"] for i in told[0]["inputs"]}


def test_a_shallow_clone_says_how_to_complete_it(user: User, git: Git) -> None:
    ids = git.commits(ONE, TWO)
    (git.folder / ".git/shallow").write_text(f"{ids[1]}\n")
    done = user.runs("ingest", "--history", "configs")
    assert done.returncode == 0
    assert "The clone is shallow" in done.stdout
    assert "git fetch --unshallow" in done.stdout


def test_a_folder_that_is_no_repository(user: User) -> None:
    user.writes("a.yaml", config("org/one"))
    done = user.runs("ingest", "--history", "configs")
    assert done.returncode == 2
    assert "there is no history" in done.stderr
    assert "leave out --history" in done.stderr
    assert not user.store.exists()
