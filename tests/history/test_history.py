"""What a repository's configs said once: facts with the dates from and until. On each store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from dulwich.objects import Tree
from dulwich.repo import Repo

from gits import RUN, Git, Link, config, day
from lineage.errors import InputError, UsageError
from lineage.history import Remembered, histories, remember, tree
from lineage.pipeline import ingest, join
from lineage.repository import repository_of
from lineage.scan import targets
from lineage.store.base import Store


@pytest.fixture(autouse=True)
def _fresh_repositories() -> Iterator[None]:
    repository_of.cache_clear()
    yield
    repository_of.cache_clear()


@pytest.fixture
def git(tmp_path: Path) -> Iterator[Git]:
    made = Git(tmp_path / "configs")
    yield made
    made.close()


def read(store: Store, *paths: Path, name: str | None = None) -> Remembered:
    """What ``lineage ingest --history`` does with one repository."""
    chosen = targets(paths, name)
    ingest(chosen, store)
    (history,) = histories(chosen)
    tally = remember(history, store)
    history.close()
    join(store)
    return tally


def trained_on(store: Store) -> dict[str, tuple[bool, str, str]]:
    """By data set: does a config say so, since when, and until when; days."""
    return {
        e.object.rpartition("datasets/")[2]: (
            e.active,
            e.first_seen[:10],
            (e.retracted_at or "")[:10],
        )
        for e in store.snapshot().edges
        if e.relation == "TRAINED_ON"
    }


def on(number: int) -> str:
    return day(number).date().isoformat()


def test_what_a_later_commit_removed_is_there_with_its_dates(store: Store, git: Git) -> None:
    one, two = {"a.yaml": config("org/faces")}, {"a.yaml": config("org/clean")}
    ids = git.commits(one, one | {"notes.txt": "x"}, two, two)
    tally = read(store, git.folder)
    assert trained_on(store) == {
        "org/clean": (True, on(2), ""),
        "org/faces": (False, on(0), on(2)),
    }
    assert (tally.commits, tally.done, tally.documents, tally.recalled) == (4, 4, 2, 1)
    assert (tally.head, tally.unreadable, tally.shallow) == (ids[-1], {}, 0)


def test_deleted_and_renamed_configs_are_there(store: Store, git: Git) -> None:
    git.commits(
        {"a.yaml": config("org/one"), "b.yaml": config("org/two")},
        {"c.yaml": config("org/one"), "b.yaml": config("org/two")},
        {"c.yaml": config("org/one")},
    )
    read(store, git.folder)
    snapshot = store.snapshot()
    said = {
        (e.document.rpartition("/")[2], e.active, e.first_seen[:10], (e.retracted_at or "")[:10])
        for e in snapshot.edges
        if e.relation == "TRAINED_ON"
    }
    assert said == {
        ("a.yaml", False, on(0), on(1)),
        ("b.yaml", False, on(0), on(2)),
        ("c.yaml", True, on(1), ""),
    }
    documents = [d for d in snapshot.documents if d.repository != "lineage"]
    assert {d.path: bool(d.sha256) for d in documents} == {
        "a.yaml": False,
        "b.yaml": False,
        "c.yaml": True,
    }


def test_what_was_taken_back_holds_again_since_the_first_date(store: Store, git: Git) -> None:
    one, two = {"a.yaml": config("org/faces")}, {"a.yaml": config("org/clean")}
    git.commits(one, two, one)
    read(store, git.folder)
    assert trained_on(store) == {
        "org/faces": (True, on(0), ""),
        "org/clean": (False, on(1), on(2)),
    }


def test_a_line_that_moves_ends_nothing(store: Store, git: Git) -> None:
    git.commits({"a.yaml": config("org/one")}, {"a.yaml": "# why\n" + config("org/one")})
    tally = read(store, git.folder)
    assert trained_on(store) == {"org/one": (True, on(0), "")}
    assert tally.recalled == 0


def test_branches_and_merges(store: Store, git: Git) -> None:
    base = git.commit({"a.yaml": config("org/base")}, 0)
    side = git.commit({"a.yaml": config("org/base", "org/side")}, 1, [base])
    only = git.commit({"a.yaml": config("org/base", "org/only")}, 2, [side])
    main = git.commit({"a.yaml": config("org/base"), "b.yaml": config("org/b")}, 3, [base])
    last = {"a.yaml": config("org/base", "org/merged"), "b.yaml": config("org/b")}
    git.commit(last, 5, [main, only])
    git.checkout(last)
    read(store, git.folder)
    assert trained_on(store) == {
        "org/base": (True, on(0), ""),
        "org/side": (False, on(1), on(2)),
        "org/only": (False, on(2), on(5)),
        "org/b": (True, on(3), ""),
        "org/merged": (True, on(5), ""),
    }


def test_the_date_of_a_removal_is_when_it_reached_head(store: Store, git: Git) -> None:
    base = git.commit({"a.yaml": config("org/one"), "b.yaml": "x: 1\n"}, 0)
    side = git.commit({"a.yaml": config("org/two"), "b.yaml": "x: 1\n"}, 1, [base])
    main = git.commit({"a.yaml": config("org/one"), "b.yaml": "x: 2\n"}, 3, [base])
    git.commit({"a.yaml": config("org/two"), "b.yaml": "x: 2\n"}, 4, [main, side])
    git.checkout({"a.yaml": config("org/two")})
    read(store, git.folder)
    assert trained_on(store) == {"org/one": (False, on(0), on(4)), "org/two": (True, on(1), "")}


def test_a_sibling_that_changes_is_a_change(store: Store, git: Git) -> None:
    table = [json.dumps({"notes": {"hf_hub_url": f"org/{name}"}}) for name in ("one", "two")]
    run = {"run.yaml": RUN}
    git.commits(
        run,
        run | {"data/dataset_info.json": table[0]},
        run | {"data/dataset_info.json": table[1]},
        run | {"data/dataset_info.json": table[1], "other.txt": "x"},
    )
    read(store, git.folder)
    said = trained_on(store)
    assert said["org/one"] == (False, on(1), on(2))
    assert said["org/two"] == (True, on(2), "")


def test_the_second_run_changes_nothing(store: Store, git: Git) -> None:
    git.commits({"a.yaml": config("org/one")}, {"a.yaml": config("org/two")})
    read(store, git.folder)
    before = store.snapshot()
    tally = read(store, git.folder)
    after = store.snapshot()
    assert (tally.commits, tally.recalled) == (0, 0)
    assert (after.version, after.digest()) == (before.version, before.digest())


def test_only_newer_commits_are_replayed(store: Store, git: Git, today: date) -> None:
    git.commits({"a.yaml": config("org/one")}, {"a.yaml": config("org/two")})
    read(store, git.folder)
    for number, name in ((2, "three"), (3, "four")):
        git.commit({"a.yaml": config(f"org/{name}")}, number)
    git.checkout({"a.yaml": config("org/four")})
    repository_of.cache_clear()
    tally = read(store, git.folder)
    assert (tally.commits, tally.documents) == (2, 2)
    assert trained_on(store) == {
        "org/one": (False, on(0), on(1)),
        "org/two": (False, on(1), today.isoformat()),  # it was read here today
        "org/three": (False, on(2), on(3)),
        "org/four": (True, on(3), ""),
    }


def test_a_removal_after_the_last_run_is_dated_by_its_commit(store: Store, git: Git) -> None:
    git.commits({"a.yaml": config("org/one")})
    read(store, git.folder)
    later = datetime.now(UTC)
    git.commit({"a.yaml": config("org/two")}, later)
    git.checkout({"a.yaml": config("org/two")})
    repository_of.cache_clear()
    read(store, git.folder)
    (old,) = [e for e in store.snapshot().edges if "org/one" in e.object]
    assert (
        datetime.fromisoformat(old.retracted_at or "") == later.replace(microsecond=0)
        or (old.retracted_at or "") >= later.isoformat()
    )


def test_a_sibling_that_changes_later_is_a_change(store: Store, git: Git) -> None:
    table = [json.dumps({"notes": {"hf_hub_url": f"org/{n}"}}) for n in ("one", "two", "three")]
    trees = [{"run.yaml": RUN, "data/dataset_info.json": text} for text in table]
    git.commits(trees[0])
    read(store, git.folder)
    git.commit(trees[1], 1)
    git.commit(trees[2], 2)
    git.checkout(trees[2])
    repository_of.cache_clear()
    read(store, git.folder)
    assert trained_on(store)["org/two"] == (False, on(1), on(2))


def test_rewritten_history_keeps_what_was_said(store: Store, git: Git) -> None:
    first = git.commit({"a.yaml": config("org/one")}, 0)
    git.commit({"a.yaml": config("org/two")}, 1)
    git.checkout({"a.yaml": config("org/two")})
    read(store, git.folder)
    git.commit({"a.yaml": config("org/three")}, 2, [first])
    git.checkout({"a.yaml": config("org/three")})
    repository_of.cache_clear()
    tally = read(store, git.folder)
    assert tally.commits == 1
    assert {k: v[:2] for k, v in trained_on(store).items()} == {
        "org/one": (False, on(0)),
        "org/two": (False, on(1)),
        "org/three": (True, on(2)),
    }


def test_a_replay_that_was_broken_off_is_taken_up(store: Store, git: Git) -> None:
    git.commits(*({"a.yaml": config(f"org/{n}")} for n in range(5)))
    chosen = targets([git.folder])
    ingest(chosen, store)

    def stop(tally: Remembered) -> None:
        if tally.done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        remember(histories(chosen)[0], store, stop)
    read(store, git.folder)
    assert trained_on(store) == {
        **{f"org/{n}": (False, on(n), on(n + 1)) for n in range(4)},
        "org/4": (True, on(4), ""),
    }


def test_an_ingest_before_or_after_comes_to_the_same(store: Store, git: Git) -> None:
    git.commits(
        {"a.yaml": config("org/one"), "b.yaml": config("org/b")}, {"a.yaml": config("org/two")}
    )
    chosen = targets([git.folder])
    ingest(chosen, store)
    read(store, git.folder)
    first = store.snapshot()
    for history in histories(chosen):
        remember(history, store)
        history.close()
    assert store.snapshot().digest() == first.digest()


def test_only_a_folder_of_a_repository(store: Store, git: Git) -> None:
    git.commits(
        {"sub/a.yaml": config("org/one"), "b.yaml": config("org/b")},
        {"sub/a.yaml": config("org/two"), "b.yaml": config("org/c")},
    )
    read(store, git.folder / "sub")
    assert trained_on(store) == {
        "org/one": (False, on(0), on(1)),
        "org/two": (True, on(1), ""),
    }
    assert {d.path for d in store.documents() if d.repository != "lineage"} == {"sub/a.yaml"}
    read(store, git.folder)
    assert set(trained_on(store)) == {"org/one", "org/two", "org/b", "org/c"}


def test_one_file_of_a_repository(store: Store, git: Git) -> None:
    git.commits(
        {"a.yaml": config("org/one"), "b.yaml": config("org/b")},
        {"a.yaml": config("org/two"), "b.yaml": config("org/c")},
    )
    read(store, git.folder / "a.yaml")
    assert set(trained_on(store)) == {"org/one", "org/two"}


def test_a_folder_under_a_name_of_its_own(store: Store, git: Git) -> None:
    git.commits(
        {"x.txt": "1"}, {"sub/a.yaml": config("org/one")}, {"sub/a.yaml": config("org/two")}
    )
    read(store, git.folder / "sub", name="mine")
    assert trained_on(store)["org/one"] == (False, on(1), on(2))
    assert {d.path for d in store.documents("mine")} == {"a.yaml"}


def test_an_unreadable_revision_is_named_and_stops_nothing(store: Store, git: Git) -> None:
    ids = git.commits(
        {"a.yaml": config("org/one"), "b.yaml": config("org/b")},
        {"a.yaml": "a: [1\n", "b.yaml": config("org/b")},
        {"a.yaml": "a: [1\n", "b.yaml": config("org/c")},
        {"a.yaml": config("org/two"), "b.yaml": config("org/c")},
    )
    tally = read(store, git.folder)
    assert list(tally.unreadable) == [f"a.yaml@{ids[1][:7]}"]
    assert trained_on(store) == {
        "org/one": (False, on(0), on(3)),  # until then nothing readable said otherwise
        "org/two": (True, on(3), ""),
        "org/b": (False, on(0), on(2)),
        "org/c": (True, on(2), ""),
    }
    assert list(read(store, git.folder).unreadable) == [f"a.yaml@{ids[1][:7]}"]


def test_links_are_followed_inside_and_never_out(store: Store, git: Git, tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text(config("org/secret"))
    inside = {"real/a.yaml": config("org/one"), "b.yaml": Link("real/a.yaml")}
    ids = git.commits(
        inside,
        inside | {"real/a.yaml": config("org/two")},
        inside | {"b.yaml": Link("../outside.yaml")},
        inside | {"b.yaml": Link("/etc/passwd.yaml")},
        {"c.yaml": config("org/end")},
    )
    tally = read(store, git.folder)
    ends = {
        (e.document.rpartition("configs/")[2], e.object.rpartition("/")[2]): e.retracted_at
        for e in store.snapshot().edges
        if e.relation == "TRAINED_ON"
    }
    assert "secret" not in {data for _, data in ends}
    assert (ends["b.yaml", "one"] or "")[:10] == on(1)
    assert set(tally.unreadable) == {f"b.yaml@{ids[n][:7]}" for n in (2, 3)}
    assert "not followed" in next(iter(tally.unreadable.values()))


def test_a_shallow_clone_says_where_it_ends(store: Store, git: Git) -> None:
    ids = git.commits(*({"a.yaml": config(f"org/{n}")} for n in range(4)))
    (git.folder / ".git/shallow").write_text(f"{ids[2]}\n")
    for lost in ids[:2]:
        (git.folder / ".git/objects" / lost[:2] / lost[2:]).unlink()
    tally = read(store, git.folder)
    assert (tally.shallow, tally.commits) == (1, 2)
    assert set(trained_on(store)) == {"org/2", "org/3"}


def test_a_clone_that_is_completed_is_replayed_whole(store: Store, git: Git) -> None:
    ids = git.commits(*({"a.yaml": config(f"org/{n}")} for n in range(4)))
    shallow = git.folder / ".git/shallow"
    shallow.write_text(f"{ids[2]}\n")
    read(store, git.folder)
    shallow.unlink()
    assert read(store, git.folder).commits == 4
    assert trained_on(store)["org/2"] == (False, on(2), on(3))
    assert trained_on(store)["org/0"] == (False, on(0), on(1))


def test_a_packed_repository_and_a_linked_worktree(store: Store, git: Git, tmp_path: Path) -> None:
    git.commits({"a.yaml": config("org/one")}, {"a.yaml": config("org/two")})
    git.repo.object_store.pack_loose_objects()
    worktree = tmp_path / "tree"
    admin = git.folder / ".git/worktrees/tree"
    admin.mkdir(parents=True)
    worktree.mkdir()
    (admin / "HEAD").write_text(f"{git.head}\n")
    (admin / "commondir").write_text("../..\n")
    (admin / "gitdir").write_text(f"{worktree}/.git\n")
    (worktree / ".git").write_text(f"gitdir: {admin}\n")
    (worktree / "a.yaml").write_text(config("org/two"))
    read(store, worktree)
    assert trained_on(store)["org/one"] == (False, on(0), on(1))


def test_huge_files_are_refused_by_their_header(store: Store, git: Git) -> None:
    big = config("org/one") + "# " + "x" * 21_000_000
    ids = git.commits({"a.yaml": big}, {"a.yaml": big[:-1]}, {"a.yaml": config("org/two")})
    git.repo.object_store.pack_loose_objects()
    tally = read(store, git.folder)
    assert set(tally.unreadable) == {f"a.yaml@{i[:7]}" for i in ids[:2]}
    assert "bytes; documents of up to" in tally.unreadable[f"a.yaml@{ids[0][:7]}"]


def test_files_of_git_lfs_are_named(store: Store, git: Git) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n"
    ids = git.commits({"a.yaml": pointer}, {"a.yaml": config("org/one")})
    tally = read(store, git.folder)
    assert "Git LFS" in tally.unreadable[f"a.yaml@{ids[0][:7]}"]


def test_names_in_no_encoding(store: Store, git: Git) -> None:
    name = b"caf\xe9/a.yaml"
    git.commits(
        {name: config("org/one"), "tab\tb.yaml": config("org/b")}, {name: config("org/two")}
    )
    read(store, git.folder)
    assert trained_on(store)["org/one"] == (False, on(0), on(1))
    assert trained_on(store)["org/b"] == (False, on(0), on(1))
    paths = {d.path for d in store.documents() if d.repository != "lineage"}
    assert paths == {"caf\\udce9/a.yaml", "tab\\x09b.yaml"}


def test_submodules_are_not_entered(store: Store, git: Git) -> None:
    first = git.commit({"a.yaml": config("org/one")}, 0)
    module = Tree()
    blob = git.repo.object_store[git.repo[first.encode()].tree][b"a.yaml"]
    module.add(b"a.yaml", *blob)
    module.add(b"module.yaml", 0o160000, b"1" * 40)
    git.repo.object_store.add_object(module)
    commit = git.repo[first.encode()].copy()
    commit.tree, commit.parents = module.id, [first.encode()]
    git.repo.object_store.add_object(commit)
    git.repo.refs[b"HEAD"] = commit.id
    git.checkout({"a.yaml": config("org/one")})
    assert read(store, git.folder).unreadable == {}
    assert trained_on(store) == {"org/one": (True, on(0), "")}


def test_clocks_that_ran_backwards(store: Store, git: Git) -> None:
    for at, name in ((9, "one"), (3, "two"), (5, "three")):
        git.commit({"a.yaml": config(f"org/{name}")}, at)
    git.checkout({"a.yaml": config("org/three")})
    read(store, git.folder)
    assert trained_on(store) == {
        "org/one": (False, on(9), on(9)),
        "org/two": (False, on(3), on(5)),
        "org/three": (True, on(5), ""),
    }


def test_what_is_not_committed_is_of_today(store: Store, git: Git, today: date) -> None:
    git.commits({"a.yaml": config("org/one"), "b.yaml": config("org/b")})
    git.checkout({"a.yaml": config("org/new")})
    read(store, git.folder)
    assert trained_on(store) == {
        "org/one": (False, on(0), today.isoformat()),
        "org/b": (False, on(0), today.isoformat()),
        "org/new": (True, today.isoformat(), ""),
    }


def test_a_folder_without_history_says_so(tmp_path: Path, git: Git) -> None:
    with pytest.raises(UsageError, match=r"no commit yet.*Leave out --history"):
        histories(targets([_with_a_file(git.folder)]))
    with pytest.raises(UsageError, match=r"is the working tree of a git repository"):
        histories(targets([_with_a_file(tmp_path / "plain")]))
    Repo.init_bare(str(tmp_path / "bare.git"), mkdir=True)
    with pytest.raises(UsageError, match=r"Give a clone with its files checked out"):
        histories(targets([tmp_path / "bare.git"]))


def _with_a_file(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "a.yaml").write_text(config("org/one"))
    return folder


def test_a_damaged_repository_says_what_is_missing(store: Store, git: Git) -> None:
    first = git.commit({"a.yaml": config("org/one")}, 0)
    git.commit({"a.yaml": config("org/two")}, 1)
    git.checkout({"a.yaml": config("org/two")})
    (git.folder / ".git/objects" / first[:2] / first[2:]).write_bytes(b"rubbish")
    with pytest.raises(InputError, match=f"commit {first} is missing or damaged.*git fsck"):
        read(store, git.folder)
    assert trained_on(store)["org/two"][0]


def test_trees_that_hold_too_much_are_refused(
    store: Store, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "_MOST_FILES", 1_000)
    inner = git.commit({f"{n}.yaml": "a: 1\n" for n in range(10)}, 0)
    bomb = git.repo[inner.encode()].tree
    for _ in range(8):
        level = Tree()
        for n in range(10):
            level.add(f"{n}".encode(), 0o040000, bomb)
        git.repo.object_store.add_object(level)
        bomb = level.id
    commit = git.repo[inner.encode()].copy()
    commit.tree, commit.parents = bomb, [inner.encode()]
    git.repo.object_store.add_object(commit)
    git.repo.refs[b"HEAD"] = commit.id
    with pytest.raises(InputError, match="holds more than 1,000 files"):
        read(store, _with_a_file(git.folder))


def test_folders_that_are_not_entered_have_no_history(store: Store, git: Git) -> None:
    git.commits(
        {".venv/lib/a.yaml": config("org/one"), "node_modules/b.yaml": config("org/two")},
        {"c.yaml": config("org/three")},
    )
    read(store, git.folder)
    assert set(trained_on(store)) == {"org/three"}


def test_a_partial_clone_is_refused(git: Git) -> None:
    git.commits({"a.yaml": config("org/one")})
    settings = git.repo.get_config()
    settings.set((b"core",), b"repositoryformatversion", b"1")
    settings.set((b"extensions",), b"partialclone", b"origin")
    settings.write_to_path()
    with pytest.raises(InputError, match=r"cannot be opened.*partial"):
        histories(targets([git.folder]))
