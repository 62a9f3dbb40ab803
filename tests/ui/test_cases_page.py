"""The OkCupid case in a real browser, from the order to the certificate; and the ledger's page."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect

from lineage.cases import case_of
from lineage.cli import main
from lineage.demo import ingest_demo
from lineage.ledger import Keyring, create_key
from lineage.store.embedded import EmbeddedStore
from ui import test_browser
from ui.test_browser import SECONDS, says

pytestmark = pytest.mark.browser

browser, serve = test_browser.browser, test_browser.serve


@pytest.fixture
def served(
    tmp_path: Path,
    serve: object,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[str, Path]:
    """The demo's store with a key, and the page on it."""
    path = tmp_path / "store.sqlite"
    store = EmbeddedStore.open(path)
    ingest_demo(store)
    create_key(store.ledger(), Keyring(tmp_path / "keys"), "Ann")
    store.close()
    monkeypatch.setenv("LINEAGE_KEYS", str(tmp_path / "keys"))
    assert callable(serve)
    return serve(path), path


def fill(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True).first
    field.fill(text)
    field.press("Tab")
    page.wait_for_timeout(300)


def press(page: Page, label: str) -> None:
    """Presses a button once the page has settled: while it runs anew, the old one stands too."""
    button = page.get_by_role("button", name=label)
    expect(button).to_have_count(1, timeout=SECONDS)
    button.click()


def shot(page: Page, name: str, folder: Path) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=True)


def test_from_the_order_to_the_certificate_in_the_browser(
    browser: Browser,
    served: tuple[str, Path],
    tmp_path: Path,
) -> None:
    address, store = served
    page = browser.new_page(viewport={"width": 1400, "height": 1000}, accept_downloads=True)
    complaints: list[str] = []
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.goto(f"{address}/cases")
    says(page, ".headline", "No revocation case")
    page.get_by_text("Open a case", exact=True).click()
    fill(page, "What is revoked", "okcupid-user-photos")
    fill(page, "Issued by", "The <b>Authority</b>")
    fill(page, "By what right", "order 12/2026")
    fill(page, "Who we are", "party://fictiva/fictiva")
    fill(page, "Your name", "Ann")
    expect(page.get_by_text("If it is opened")).to_be_visible(timeout=SECONDS)
    shot(page, "opening", tmp_path)
    opened = EmbeddedStore.open(store)
    assert opened.ledger().subjects("case:") == [], "a preview changes nothing"
    press(page, "Open the case")
    expect(page.get_by_text("Case C1 is open. Its steps")).to_be_visible(timeout=SECONDS)
    says(page, ".headline", "1 of 1 case open")
    page.get_by_role("link", name="Open case C1").click()
    says(page, ".headline", "Case C1 is open")
    says(page, ".line", "The <b>Authority</b>")
    case = case_of(opened.ledger(), "C1")
    first = next(s.step for s in case.steps.values() if s.step.action.value == "delete")
    page.goto(f"{address}/case?case=C1&step={first.id}")
    says(page, ".st-key-why", first.name)
    fill(page, "Your name", "Ann")
    fill(page, "How, to whom, or why", "aws s3 rm")
    fill(page, "Evidence in words", "console says deleted")
    press(page, "It is done")
    says(page, ".st-key-why", "Nobody has verified it")
    press(page, "Verify")
    says(page, ".st-key-why", "another person")
    fill(page, "Your name", "Bob")
    press(page, "Verify")
    says(page, ".st-key-why", "Verified by Bob")
    shot(page, "case", tmp_path)
    _rest(store, tmp_path)
    page.reload()
    says(page, ".headline", "Case C1 is ready")
    fill(page, "Who signs", "Bob")
    press(page, "Make the statement")
    says(page, ".headline", "Case C1 is closed")
    fill(page, "Who signs", "Bob")
    press(page, "Issue the certificate")
    with page.expect_download(timeout=SECONDS) as download:
        press(page, "Download the certificate")
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    archive.extractall(tmp_path / "got")
    page.get_by_text("Now", exact=True).click()
    says(page, ".count", "still to be dealt with")
    shot(page, "closed", tmp_path)
    done = CliRunner().invoke(
        main,
        ["certificate", "verify", str(tmp_path / "got/certificate-C1"), "--key",
         str(next((tmp_path / "keys").glob("*.public.pem")))],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    page.goto(f"{address}/ledger")
    says(page, ".headline", "entries")
    press(page, "Verify the chain")
    expect(page.get_by_text("The chain is whole.")).to_be_visible(timeout=SECONDS)
    shot(page, "ledger", tmp_path)
    certificate = browser.new_page(viewport={"width": 900, "height": 1200})
    certificate.goto((tmp_path / "got/certificate-C1/certificate.html").as_uri())
    expect(certificate.locator("h1")).to_have_text("Certificate of deletion")
    expect(certificate.get_by_text("The <b>Authority</b>")).to_be_visible()
    shot(certificate, "certificate", tmp_path)
    certificate.close()
    page.close()
    opened.close()
    assert complaints == []


def _rest(store: Path, home: Path) -> None:
    """The other steps, by two people at terminals."""
    environment = {"LINEAGE_STORE": str(store), "LINEAGE_KEYS": str(home / "keys")}
    for arguments in (
        ["case", "done", "C1", "all", "--how", "runbook", "--note", "log", "--by", "Ann"],
        ["case", "verify", "C1", "all", "--by", "Bob"],
    ):
        done = CliRunner().invoke(main, arguments, env=environment)
        assert done.exit_code == 0, done.output
    shown = json.loads(
        CliRunner().invoke(main, ["case", "show", "C1", "--format", "json"], env=environment).output
    )
    assert shown["status"] == "ready"
