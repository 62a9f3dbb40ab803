"""Looking for what should be gone: on disk, in S3 (moto), on a hub, in an MLflow registry."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from lineage.verifiers import Outcome, Where, look


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A real server that speaks S3, and a client of it."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = boto3.client("s3")
    client.create_bucket(Bucket="models")
    yield client
    server.stop()


def seen(place: str, where: Where | None = None) -> str:
    outcome, how = look(place, where or Where())
    assert how, "it says how it is known"
    return outcome.value


def test_objects_and_prefixes_in_s3(s3: object) -> None:
    s3.put_object(Bucket="models", Key="face/weights.bin", Body=b"x" * 10)  # type: ignore[attr-defined]
    assert seen("s3://models/face/weights.bin") == "present"
    assert seen("s3a://models/face") == "present"
    assert seen("s3://models/fac") == "absent", "a part of a name is no folder"
    assert seen("s3://models/other.bin") == "absent"
    assert seen("s3://nowhere/other.bin") == "absent"
    s3.delete_object(Bucket="models", Key="face/weights.bin")  # type: ignore[attr-defined]
    assert seen("s3://models/face/weights.bin") == "absent"


def test_what_is_deleted_but_kept_as_an_older_version_is_still_there(s3: object) -> None:
    s3.put_bucket_versioning(  # type: ignore[attr-defined]
        Bucket="models", VersioningConfiguration={"Status": "Enabled"}
    )
    s3.put_object(Bucket="models", Key="a.bin", Body=b"x")  # type: ignore[attr-defined]
    s3.delete_object(Bucket="models", Key="a.bin")  # type: ignore[attr-defined]
    outcome, how = look("s3://models/a.bin", Where())
    assert (outcome, "1 older versions are kept" in how) == (Outcome.PRESENT, True)


def test_a_service_that_does_not_answer_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    assert seen("s3://models/a.bin") == "could not tell"


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("fsspec", "s3fs", "gcsfs", "mlflow"):
        monkeypatch.setitem(sys.modules, module, None)
    for place, where in (
        ("s3://b/k", Where()), ("gs://b/k", Where()), ("mlflow://models/x", Where(mlflow="x")),
    ):  # fmt: skip
        outcome, how = look(place, where)
        assert outcome is Outcome.UNTOLD
        assert "lineage-explorer[verify]" in how


class _Hub(BaseHTTPRequestHandler):
    asked: list[tuple[str, str, str | None]]

    def do_HEAD(self) -> None:
        self.asked.append((self.command, self.path, self.headers.get("Authorization")))
        name = self.path.rpartition("/")[2]
        status = {"there": 200, "gone": 404, "private": 401, "moved": 307, "broken": 503}[name]
        self.send_response(status)
        if status == 307:
            self.send_header("Location", "http://evil.example/elsewhere")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str, str | None]]]:
    """A server like the hub's API on this machine; gives what it was asked."""
    handler = type("Hub", (_Hub,), {"asked": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    yield handler.asked
    server.shutdown()


def test_names_on_the_hub_by_one_head_request(hub: list[tuple[str, str, str | None]]) -> None:
    assert seen("hf://models/acme/there") == "present"
    assert seen("hf://datasets/acme/gone") == "absent"
    assert seen("hf://models/acme/private") == "could not tell"
    assert seen("hf://models/acme/moved") == "present"
    assert seen("hf://models/acme/broken") == "could not tell"
    assert seen("hf://spaces/acme/there") == "could not tell"
    assert [(m, p) for m, p, _ in hub] == [
        ("HEAD", "/api/models/acme/there"), ("HEAD", "/api/datasets/acme/gone"),
        ("HEAD", "/api/models/acme/private"), ("HEAD", "/api/models/acme/moved"),
        ("HEAD", "/api/models/acme/broken"),
    ]  # fmt: skip
    assert all(token is None for _, _, token in hub), "no credentials are sent"


def test_a_hub_that_cannot_be_reached_or_trusted_tells_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert seen("hf://models/a/b") == "could not tell"
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.example")
    outcome, how = look("hf://models/a/b", Where())
    assert (outcome, "no https address" in how) == (Outcome.UNTOLD, True)


def test_paths_of_a_repository_on_this_machine(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    (root / "models").mkdir(parents=True)
    (root / "models/face.pth").write_text("x")
    (root / "models/link.pth").symlink_to(tmp_path / "nothing")
    where = Where({"github.com/acme/repo": root})
    place = "file://github.com/acme/repo//"
    assert seen(f"{place}models/face.pth", where) == "present"
    assert seen(f"{place}models", where) == "present"
    assert seen(f"{place}models/link.pth", where) == "present", "a link that leads nowhere is there"
    assert seen(f"{place}models/gone.pth", where) == "absent"
    assert seen(f"{place}models/face.pth/inside", where) == "absent"
    assert seen(f"{place}../secret", where) == "could not tell"
    assert seen(f"{place}~ab12cd/x", where) == "could not tell"
    assert seen(f"{place}C:/x", where) == "could not tell"
    assert seen(f"{place}{tmp_path}/repo/models/face.pth", where) == "present"
    assert seen(f"{place}/no-such-volume/x.pth", where) == "could not tell"
    assert seen("file://other//models/face.pth", where) == "could not tell"


def test_a_folder_that_may_not_be_read_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "lstat", refuse)
    assert seen("file://r//x", Where({"r": tmp_path})) == "could not tell"


def test_other_schemes_are_not_followed() -> None:
    for place in ("https://example.org/x", "ftp://x/y", "gopher://x", "nonsense", ""):
        assert seen(place) == "could not tell"


def test_models_and_runs_in_an_mlflow_registry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    from mlflow import MlflowClient

    uri = (tmp_path / "mlruns").as_uri()
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    client.create_registered_model("face-embedder")
    experiment = client.create_experiment("e")
    run = client.create_run(experiment).info.run_id
    client.create_model_version("face-embedder", source=f"{uri}/weights", run_id=run)
    where = Where(mlflow=uri)
    assert seen("mlflow://models/face-embedder", where) == "present"
    assert seen("mlflow://models/other", where) == "absent"
    assert seen(f"mlflow://runs/{run}", where) == "present"
    client.delete_run(run)
    outcome, how = look(f"mlflow://runs/{run}", where)
    assert (outcome, "not yet collected" in how) == (Outcome.PRESENT, True)
    client.delete_registered_model("face-embedder")
    assert seen("mlflow://models/face-embedder", where) == "absent"
    assert seen("mlflow://models/face-embedder") == "could not tell"
