"""The OkCupid case from the order to the certificate, as a user meets it at a terminal."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lineage.cli import main
from lineage.demo import ingest_demo
from lineage.export.certificate import FILES
from lineage.export.certificate.paper import as_pdf
from lineage.store.embedded import EmbeddedStore

TODAY = datetime.now(UTC).date()
RECEIVED = (TODAY - timedelta(3)).isoformat()
DEADLINE = (TODAY + timedelta(87)).isoformat()
SOURCE = "lineage://okcupid/okcupid-user-photos"
ORDER = (
    "--cause", "order", "--issued-by", "The Authority", "--right", "order 12/2026",
    "--received", RECEIVED, "--deadline", DEADLINE, "--ours", "party://fictiva/fictiva",
)  # fmt: skip
STATEMENT = "I declare under penalty of perjury that the foregoing is true and correct."


class User:
    """Somebody at a terminal with the demo's store and keys of their own."""

    def __init__(self, home: Path):
        self.home = home
        self.store = home / "store.sqlite"

    def runs(self, *arguments: str, status: int = 0, by: str = "Ann") -> Result:
        environment = {
            "LINEAGE_STORE": str(self.store),
            "LINEAGE_KEYS": str(self.home / "keys"),
            "LINEAGE_SUBJECTS": str(self.home / "subjects"),
            "LINEAGE_ACTOR": by,
        }
        done = CliRunner().invoke(main, arguments, env=environment)
        assert done.exit_code == status, (done.output, done.exception)
        return done

    def case(self, id_: str = "C1") -> dict[str, object]:
        return dict(json.loads(self.runs("case", "show", id_, "--format", "json").output))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "store.sqlite"
    store = EmbeddedStore.open(path)
    ingest_demo(store)
    store.close()
    return path


@pytest.fixture
def user(demo: Path, tmp_path: Path) -> User:
    user = User(tmp_path)
    shutil.copy(demo, user.store)
    return user


def certified(user: User) -> Path:
    """The whole way; gives the certificate's folder."""
    user.runs("ledger", "key", "create")
    user.runs("case", "open", SOURCE, *ORDER)
    user.runs("case", "assign", "C1", "all", "--to", "Ann")
    (user.home / "log.txt").write_text("deleted\n")
    user.runs("case", "refuse", "C1", "lineage://fictiva/age-estimator", "--reason",
              "Doe v. Fictiva", "--basis", "17(3)(e)")  # fmt: skip
    user.runs("case", "done", "C1", "all", "--how", "runbook 12", "--file",
              str(user.home / "log.txt"))  # fmt: skip
    user.runs("case", "verify", "C1", "all", by="Bob")
    user.runs("case", "close", "C1", "--statement", STATEMENT, by="Bob")
    folder = user.home / "certificate"
    user.runs("certificate", "issue", "C1", str(folder), by="Bob")
    return folder


def test_from_the_order_to_the_certificate(user: User, tmp_path: Path) -> None:
    preview = json.loads(
        user.runs("case", "preview", SOURCE, "--format", "json", *ORDER[-2:]).output
    )
    assert json.loads(user.runs("case", "list", "--format", "json").output) == []
    folder = certified(user)
    affected = json.loads(user.runs("impact", SOURCE, "--format", "json").output)["affected"]
    case = user.case()
    assert case["status"] == "closed"
    steps = case["steps"]
    assert isinstance(steps, list)
    assert {s["artifact"] for s in steps} >= {a["id"] for a in affected} | {SOURCE}
    assert [s["artifact"] for s in preview["plan"]["steps"]] == [s["artifact"] for s in steps]
    assert {p.name for p in folder.iterdir()} == set(FILES)
    assert (folder / "certificate.pdf").read_bytes().startswith(b"%PDF-")
    page = (folder / "certificate.html").read_text()
    for text in ("The Authority", STATEMENT, "Doe v. Fictiva", "face-embedder", "runbook 12"):
        assert text in page
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(folder, elsewhere / "certificate")
    key = shutil.move(elsewhere / "certificate/key.public.pem", elsewhere / "their-key.pem")
    shutil.copy(key, elsewhere / "certificate/key.public.pem")
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lineage"), "certificate", "verify", "certificate",
         "--key", "their-key.pem"],
        cwd=elsewhere, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(elsewhere),
             **({"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {})},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "computed anew: 49 affected, and all are in the certificate" in done.stdout
    assert "does not hold" not in done.stdout
    assert {p.name for p in elsewhere.iterdir()} == {"certificate", "their-key.pem"}


def test_nothing_of_people_is_in_the_exported_ledger(user: User) -> None:
    folder = certified(user)
    text = (folder / "ledger.jsonl").read_text()
    assert not any(word in text for word in ("Ann", "Bob", "Authority", "perjury", "Doe"))
    names = json.loads((folder / "openings.json").read_text())
    ann = next(i for i, a in names.items() if a["text"] == "Ann")
    user.runs("ledger", "erase", ann)
    assert "(erased)" in user.runs("case", "show", "C1").output
    assert json.loads(user.runs("ledger", "verify", "--format", "json").output)["sound"]


def altered(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_bytes()
    assert old.encode() in text
    path.write_bytes(text.replace(old.encode(), new.encode()))


def test_a_certificate_that_was_touched_does_not_hold(user: User, tmp_path: Path) -> None:
    folder, number = certified(user), 0
    key = str(folder / "key.public.pem")

    def touched(name: str, old: str = "", new: str = "") -> str:
        nonlocal number
        number += 1
        copy = tmp_path / f"copy{number}"
        shutil.copytree(folder, copy)
        if old:
            altered(copy, name, old, new)
        else:
            (copy / name).unlink()
        done = user.runs("certificate", "verify", str(copy), "--key", key, status=1)
        return done.output

    assert "certificate.json" in touched("certificate.json", "delete", "keep!!")
    assert "certificate.html" in touched("certificate.html", "Doe v. Fictiva", "none")
    assert "ledger.jsonl" in touched("ledger.jsonl", "step.done", "step.none")
    assert "snapshot.jsonl.gz" in touched("snapshot.jsonl.gz")
    signed = tmp_path / "signed"
    shutil.copytree(folder, signed)
    value = json.loads((signed / "statement.dsse.json").read_text())
    value["payload"] = value["payload"][:-8] + "AAAAAAAA"
    (signed / "statement.dsse.json").write_text(json.dumps(value))
    done = user.runs("certificate", "verify", str(signed), "--key", key, status=3)
    assert "no signed certificate" in done.stderr or "not signed" in done.stderr
    other = User(tmp_path / "other")
    other.home.mkdir()
    other.runs("ledger", "key", "create")
    stranger = next((other.home / "keys").glob("*.public.pem"))
    done = user.runs("certificate", "verify", str(folder), "--key", str(stranger), status=3)
    assert "not signed by the key that you trust" in done.stderr


def test_a_certificate_that_its_own_key_forged_does_not_hold(user: User, tmp_path: Path) -> None:
    """Whoever has the key can sign other files; the ledger and the snapshot still contradict."""
    import base64

    from lineage.export.certificate.statement import envelope
    from lineage.ledger import Keyring, key_id, public_key_of

    folder = certified(user)
    public = public_key_of(folder / "key.public.pem")
    value = json.loads((folder / "statement.dsse.json").read_text())
    inner = json.loads(base64.b64decode(value["payload"]))
    steps = inner["predicate"]["certificate"]["case"]["steps"]
    refused = next(s for s in steps if s["status"] == "refused")
    refused["status"] = "verified"
    text = json.dumps(inner["predicate"]["certificate"])
    (folder / "certificate.json").write_text(text)
    for subject in inner["subject"]:
        if subject["name"] == "certificate.json":
            subject["digest"]["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    signed = envelope(inner, key_id(public), Keyring(user.home / "keys").signer(public))
    (folder / "statement.dsse.json").write_text(json.dumps(signed))
    key = str(folder / "key.public.pem")
    done = user.runs("certificate", "verify", str(folder), "--key", key, status=1)
    assert "does not say what the ledger says" in " ".join(done.output.split())


def test_the_statement_is_in_toto_and_verifies_with_the_key_alone(user: User) -> None:
    """By the specifications of in-toto and DSSE, with nothing of ours."""
    import base64

    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    folder = certified(user)
    value = json.loads((folder / "statement.dsse.json").read_text())
    payload = base64.b64decode(value["payload"])
    kind = value["payloadType"]
    assert kind == "application/vnd.in-toto+json"
    message = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    key = load_pem_public_key((folder / "key.public.pem").read_bytes())
    key.verify(base64.b64decode(value["signatures"][0]["sig"]), message)  # type: ignore[union-attr, call-arg]
    inner = json.loads(payload)
    assert inner["_type"] == "https://in-toto.io/Statement/v1"
    for subject in inner["subject"]:
        data = (folder / subject["name"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == subject["digest"]["sha256"]


def test_while_steps_are_open_the_certificate_is_interim(user: User) -> None:
    user.runs("case", "open", SOURCE, *ORDER)
    done = user.runs("certificate", "issue", "C1", str(user.home / "c"), status=2)
    assert "ledger key create" in done.stderr
    user.runs("ledger", "key", "create")
    done = user.runs("case", "close", "C1", "--statement", STATEMENT, status=2)
    assert "receipts are open" in done.stderr
    done = user.runs("certificate", "issue", "C1", str(user.home / "c"))
    assert "interim" in done.output
    page = (user.home / "c/certificate.html").read_text()
    assert "Interim report" in page
    assert "No statement can be made yet" in page
    user.runs("certificate", "verify", str(user.home / "c"), "--key",
              str(user.home / "c/key.public.pem"))  # fmt: skip
    done = user.runs("certificate", "issue", "C1", str(user.home / "c"), status=2)
    assert "something in that folder already" in done.stderr


def test_what_a_case_refuses_it_says_so(user: User) -> None:
    user.runs("case", "open", SOURCE, *ORDER)
    done = user.runs("case", "open", "okcupid-user-photos", *ORDER, status=2)
    assert "case C1 is open on the same already" in done.stderr
    past = [*ORDER[:8], "--deadline", RECEIVED]
    done = user.runs("case", "open", "face-crops", *past, status=2)
    assert "is past" in done.stderr
    done = user.runs("case", "done", "C1", "S1", "--how", "x", "--file", "/no/such", status=3)
    assert "Nothing was recorded" in done.stderr
    user.runs("case", "done", "C1", "S1", "--how", "x", "--note", "log")
    done = user.runs("case", "done", "C1", "S1", "--how", "x", by="Bob", status=2)
    assert "S1 is done (by Ann" in done.stderr
    done = user.runs("case", "verify", "C1", "S1", status=2)
    assert "another person verifies it" in done.stderr
    user.runs("case", "hold", "C1", "S3", "--reason", "litigation")
    done = user.runs("case", "done", "C1", "S3", "--how", "x", status=2)
    assert "is held: litigation" in done.stderr
    user.runs("case", "release", "C1", "S3", "--reason", "settled")
    user.runs("case", "return", "C1", "S1", "--reason", "not so", by="Bob")
    assert "no case" in user.runs("case", "show", "C7", status=2).stderr
    user.runs("case", "open", "face-crops", *ORDER, "--days", "30", status=2)


def test_a_deadline_without_its_text_is_shown_as_unverified(user: User) -> None:
    user.runs("case", "open", SOURCE, *ORDER[:6], "--received", RECEIVED, "--days", "90")
    assert "unverified" in user.runs("case", "show", "C1").output
    assert DEADLINE in user.runs("case", "list").output
    user.runs("case", "open", "face-crops", *ORDER, "--deadline-source", "part III of the order")
    assert "unverified" not in user.runs("case", "show", "C2").output


def test_work_lists_for_those_who_do_it(user: User, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    evil.mkdir()
    (evil / "lineage.yaml").write_text(
        "lineage: 1\nnamespace: evil\nsources: [{id: s}]\n"
        "datasets:\n  - id: d\n    derived_from: s\n"
        "    name: \"=cmd|'/c calc'\"\ncopies:\n"
        '  - location: "s3://b/x; rm -rf / `id` \' \\" |"\n    of: d\n'
    )
    user.runs("ingest", str(evil), "--processes", "1")
    user.runs("case", "open", "lineage://evil/s", *ORDER[:10])
    script = user.home / "todo.sh"
    user.runs("case", "worklist", "C1", "--format", "script", "--out", str(script))
    subprocess.run(["sh", "-n", str(script)], check=True)
    done = subprocess.run(["sh", str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 1, "it does not run as it is"
    assert "Read this file" in done.stderr
    commands = [
        line for line in script.read_text().splitlines() if line and not line.startswith("#")
    ]
    assert len(commands) == 3
    assert commands[2].startswith("aws s3 rm --recursive 's3://b/x; rm -rf /")
    rows = list(
        csv.DictReader(io.StringIO(user.runs("case", "worklist", "C1", "--format", "csv").output))
    )
    assert len(rows) == 3
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())
    jira = json.loads(user.runs("case", "worklist", "C1", "--format", "jira").output)
    assert len(jira["issueUpdates"]) == 3
    assert jira["issueUpdates"][0]["fields"]["duedate"] == DEADLINE
    text = user.runs("case", "worklist", "C1").output
    assert text.count("- [ ] **S") == 3
    assert "\\`id\\`" in text


def test_what_comes_back_is_said_loudly_at_the_ingest(user: User, tmp_path: Path) -> None:
    certified(user)
    config = tmp_path / "again"
    config.mkdir()
    (config / "lineage.yaml").write_text(
        "lineage: 1\nnamespace: again\nmodels:\n  - id: new-face-model\n"
        "    trained_on: lineage://fictiva/okcupid-export\n"
    )
    done = user.runs("ingest", str(config), "--processes", "1", status=1)
    assert "case C1 has grown: new-face-model is affected too" in done.output
    assert user.case()["status"] == "reopened"
    user.runs("ingest", str(config), "--processes", "1")
    user.runs("case", "done", "C1", "all", "--how", "rm", "--note", "log")
    user.runs("case", "verify", "C1", "all", by="Bob")
    user.runs("case", "close", "C1", "--statement", STATEMENT)
    user.runs("certificate", "issue", "C1", str(user.home / "second"))
    user.runs("certificate", "verify", str(user.home / "second"), "--key",
              str(user.home / "second/key.public.pem"))  # fmt: skip
    assert "new-face-model" in (user.home / "second/certificate.html").read_text()


def test_the_ledger_is_shown_signed_exported_and_verified(user: User, tmp_path: Path) -> None:
    user.runs("impact", SOURCE, "--record")
    user.runs("aliases", "reject", "face-crops", "faces-clean", "--reason", "not the same")
    user.runs("ledger", "key", "create")
    user.runs("ledger", "checkpoint", "--out", str(tmp_path / "kept.json"))
    acts = [e["act"] for e in json.loads(user.runs("ledger", "show", "--format", "json").output)]
    assert acts == ["ingested", "reported", "alias.rejected", "key.created", "checkpoint"]
    shown = user.runs("ledger", "show").output
    assert "not the same" in shown
    public = next((user.home / "keys").glob("*.public.pem"))
    file = tmp_path / "ledger.jsonl"
    user.runs("ledger", "export", str(file))
    check = ("ledger", "verify", str(file), "--key", str(public))
    done = user.runs(*check, "--checkpoint", str(tmp_path / "kept.json"))
    assert "sound" in done.output
    assert "not shown" not in done.output
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-1]))
    done = user.runs(*check, "--checkpoint", str(tmp_path / "kept.json"), status=1)
    assert "cut off" in done.output
    file.write_bytes(b"".join(lines).replace(b"alias.rejected", b"alias.accepted"))
    assert "tampered" in user.runs(*check, status=1).output
    user.runs("ledger", "key", "rotate")
    user.runs("ledger", "checkpoint")
    assert "here" in user.runs("ledger", "key", "show").output
    for private in (user.home / "keys").glob("*.private.pem"):
        private.unlink()
    assert "ledger key lost" in user.runs("ledger", "checkpoint", status=2).stderr
    user.runs("ledger", "key", "lost", "--reason", "disk")
    user.runs("ledger", "checkpoint")
    done = user.runs("ledger", "verify", "--key", str(public))
    assert "could not sign its successor" in " ".join(done.output.split())
    user.runs("ledger", "acts")


def test_people_who_withdrew_become_a_case(user: User, tmp_path: Path) -> None:
    (tmp_path / "v1.csv").write_text("user,score\nann@example.org,1\nbob@example.org,2\n")
    (tmp_path / "v2.txt").write_text("cem@example.org\n bob@example.org \n\n")
    dataset = "lineage://fictiva/okcupid-export"
    user.runs("subjects", "add", dataset, str(tmp_path / "v1.csv"), "--version", "1",
              "--column", "user")  # fmt: skip
    user.runs("subjects", "add", dataset, str(tmp_path / "v2.txt"), "--version", "2")
    (tmp_path / "out.txt").write_text("bob@example.org,2026-10-01\nzoe@example.org,2026-11-01\n")
    found = json.loads(
        user.runs(
            "subjects", "find", str(tmp_path / "out.txt"), "--format", "json", status=1
        ).output
    )
    assert (found["count"], found["found"]) == (2, [[dataset, "1", 1], [dataset, "2", 1]])
    done = user.runs("subjects", "find", str(tmp_path / "out.txt"), "--since", "2026-10-02")
    assert "1 people; versions that hold any of them: 0" in done.output
    user.runs("case", "open", "--subjects", str(tmp_path / "out.txt"), "--cause", "withdrawal",
              "--issued-by", "two people", "--right", "GDPR art. 7(3)", "--received", RECEIVED,
              "--days", "30")  # fmt: skip
    case = user.case()
    order = case["order"]
    assert isinstance(order, dict)
    assert order["cohort"]["found"] == [[dataset, "1", 1], [dataset, "2", 1]]
    assert order["part"] == "the records of 2 people who withdrew"
    steps = {s["artifact"]: s["action"] for s in case["steps"]}  # type: ignore[attr-defined]
    assert steps[dataset] == "purge"
    for path in tmp_path.glob("*.csv"):
        path.unlink()
    for path in tmp_path.glob("*.txt"):
        path.unlink()
    stored = b"".join(p.read_bytes() for p in user.home.rglob("*") if p.is_file())
    assert b"example.org" not in stored
    assert (
        "2 people" in user.runs("subjects", "list").output
        or "2" in user.runs("subjects", "list").output
    )


def test_a_paper_shows_what_its_type_cannot_print(tmp_path: Path) -> None:
    from lineage.export.certificate.content import Part

    names = ["Ωmega <b>x</b> & 模型", "a" * 400, "x\ny", "\x07bell"]
    part = Part("Names", [*names], [(n, n) for n in names], ("A", "B"), (0.5, 0.5),
                [(n, n) for n in names], ("Signature",))  # fmt: skip
    assert as_pdf("Title", "under", [part] * 40, "foot").startswith(b"%PDF-")
