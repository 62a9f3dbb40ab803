"""``lineage aliases`` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lineage.cli import main

FIRST = """\
base_model: acme/base-one
datasets:
  - path: acme/okcupid-photos
    type: alpaca
output_dir: ./outputs/one
"""
SECOND = FIRST.replace("acme/okcupid-photos", "mirror/OkCupid_Photos").replace("one", "two")
A, B = "hf://datasets/acme/okcupid-photos", "hf://datasets/mirror/OkCupid_Photos"


class User:
    """Somebody at a terminal with two configs that name one data set in two ways."""

    def __init__(self, home: Path):
        self.store = home / "store.sqlite"
        self.configs = home / "configs"
        self.configs.mkdir()
        (self.configs / "one.yml").write_text(FIRST)
        (self.configs / "two.yml").write_text(SECOND)
        assert self.runs("ingest", str(self.configs)).exit_code == 0

    def runs(self, *arguments: str, answers: str = "") -> Result:
        environment = {"LINEAGE_STORE": str(self.store)}
        return CliRunner().invoke(main, arguments, input=answers, env=environment)

    def reviewed(self, *options: str) -> list[dict[str, object]]:
        done = self.runs("aliases", "review", "--format", "json", *options)
        assert done.exit_code == 0, done.output
        found = json.loads(done.output)
        assert found["shown"] == len(found["suggestions"]) <= found["total"]
        return list(found["suggestions"])

    def decided(self) -> list[dict[str, object]]:
        return list(
            json.loads(self.runs("aliases", "list", "--format", "json").output)["decisions"]
        )

    def affected_by(self, name: str) -> set[str]:
        done = self.runs("impact", name, "--format", "json")
        assert done.exit_code == 0, done.output
        return {a["name"] for a in json.loads(done.output)["affected"]}


@pytest.fixture
def user(tmp_path: Path) -> User:
    return User(tmp_path)


def test_from_a_suggestion_to_one_answer_and_back(user: User) -> None:
    alone = user.affected_by(A)
    (suggestion,) = user.reviewed()
    assert {suggestion["a"]["id"], suggestion["b"]["id"]} == {A, B}  # type: ignore[index]
    assert suggestion["rule"] == "mirror"
    assert "okcupid" in str(suggestion["reason"])
    done = user.runs("aliases", "accept", A, B, "--reason", "same card", "--by", "Ada")
    assert done.exit_code == 0, done.output
    assert "undo" in done.output
    joined = user.affected_by(A)
    assert joined > alone
    assert "outputs/two (two.yml)" in joined
    assert user.reviewed() == []
    (decision,) = user.decided()
    assert (decision["verdict"], decision["by"], decision["reason"]) == (
        "accepted",
        "Ada",
        "same card",
    )
    assert user.runs("aliases", "undo", A, B).exit_code == 0
    assert user.affected_by(A) == alone
    assert len(user.reviewed()) == 1
    assert user.decided()[0]["undone_at"]


def test_the_change_that_is_shown_is_the_change_that_comes(user: User) -> None:
    (suggestion,) = user.reviewed()
    change = suggestion["change"]
    done = user.runs("impact", A, "--format", "json")
    before = json.loads(done.output)["counts"]
    sides = {suggestion[s]["id"]: change[s] for s in ("a", "b")}  # type: ignore[index]
    assert sides[A]["things"] == before["total"]["blast_radius"]
    assert sides[A]["models"] == before["kind"]["Model"]
    user.runs("aliases", "accept", A, B, "--reason", "same card", "--by", "Ada")
    after = json.loads(user.runs("impact", A, "--format", "json").output)["counts"]
    assert change["joined"]["things"] == after["total"]["blast_radius"]  # type: ignore[index]
    assert change["joined"]["models"] == after["kind"]["Model"]  # type: ignore[index]
    assert change["missed"] == after["total"]["blast_radius"] - min(  # type: ignore[index]
        side["things"] for side in sides.values()
    )


def test_a_rejected_pair_is_never_shown_again_until_undone(user: User) -> None:
    alone = user.affected_by(A)
    assert user.runs("aliases", "reject", A, B, "--reason", "other people").exit_code == 0
    assert user.reviewed() == []
    assert user.affected_by(A) == alone
    user.runs("ingest", str(user.configs))
    assert user.reviewed() == []
    user.runs("aliases", "undo", B, A)
    assert len(user.reviewed()) == 1


def test_explain_names_who_decided(user: User) -> None:
    user.runs("aliases", "accept", A, B, "--reason", "same card", "--by", "Ada")
    done = user.runs("explain", A, "outputs/two (two.yml)")
    assert "SAME_AS" in done.output
    assert "decided by Ada: same card" in done.output


def test_names_are_resolved_as_by_other_commands(user: User) -> None:
    done = user.runs("aliases", "accept", "okcupid-photos", "OkCupid_Photos", "--reason", "x")
    assert done.exit_code == 0, done.output
    missing = user.runs("aliases", "accept", "nobody", B, "--reason", "x")
    assert missing.exit_code == 2
    assert "lineage find" in missing.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("accept", A, A, "--reason", "x"), "both names mean"),
        (("accept", A, "acme/base-one", "--reason", "x"), "only artifacts of one kind"),
        (("reject", A, B), "--reason"),
        (("accept", A, B, "--reason", " "), "missing"),
        (("undo", A, B), "no decision"),
        (("review", "--interactive", "--format", "json"), "--interactive"),
        (("review", "--rule", "nonsense"), "--rule"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_message(
    user: User, arguments: tuple[str, ...], words: str
) -> None:
    done = user.runs("aliases", *arguments)
    assert done.exit_code == 2
    assert words in done.output
    assert "Traceback" not in done.output
    assert user.decided() == []


def test_review_asks_only_when_it_is_told_to(user: User) -> None:
    shown = user.runs("aliases", "review")
    assert shown.exit_code == 0
    assert "1 of 1 suggestions" in shown.output
    assert "Why?" not in shown.output
    asked = user.runs(
        "aliases", "review", "--interactive", "--by", "Ada", answers="maybe\ny\nsame card\n"
    )
    assert asked.exit_code == 0, asked.output
    assert [(d["verdict"], d["reason"]) for d in user.decided()] == [("accepted", "same card")]


@pytest.mark.parametrize("answers", ["s\n", "q\n", ""])
def test_skipping_quitting_and_hanging_up_decide_nothing(user: User, answers: str) -> None:
    user.runs("aliases", "review", "--interactive", "--by", "Ada", answers=answers)
    assert user.decided() == []


def test_rules_and_limits_choose_what_is_shown(user: User) -> None:
    assert user.reviewed("--rule", "case") == []
    assert len(user.reviewed("--rule", "case", "--rule", "mirror", "--limit", "1")) == 1


def test_names_and_reasons_are_shown_as_they_are(user: User) -> None:
    user.runs("aliases", "accept", A, B, "--reason", "[red]<b>x</b>[/red]", "--by", "[bold]Ada")
    told = user.runs("aliases", "list").output
    assert "[red]<b>x</b>[/red]" in told
    assert "[bold]Ada" in told
