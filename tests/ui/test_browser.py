"""A person's journey in a real browser: choose, read counts, click, read why; or by keyboard."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from lineage.graph import Graph
from lineage.impact import impact
from lineage.ui.launch import HOST, command, free_port
from ui.story import EMBEDDER, HOSTILE, SOURCE, story, write

pytestmark = pytest.mark.browser

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STREAMLITS_OWN = re.compile(r"/_stcore/(health|host-config)$")
"""Two addresses that Streamlit itself asks for in vain on deep links (streamlit #7074)."""

SECONDS = 60_000


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield found
        found.close()


@dataclass
class Window:
    """A page, and what it complained of or asked others for."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def open(self, path: str = "/", **ids: str) -> Window:
        asked = "&".join(f"{name}={quote(id_, safe='')}" for name, id_ in ids.items())
        self.page.goto(f"{self.address}{path}{'?' if asked else ''}{asked}")
        return self

    def click_card(self, name: str) -> float:
        """Clicks a card in the canvas, wherever it is drawn; gives the scale it was drawn at."""
        expect(self.page.locator(".lineage-picture[data-drawn]")).to_be_attached(timeout=SECONDS)
        self.page.get_by_role("button", name="Show all").click()
        stage = self.page.locator(".stage")
        stage.scroll_into_view_if_needed()
        at = self.page.locator(".lineage-picture").evaluate(
            """(root, name) => {
              const card = root.view.picture.cards.find((c) => c.name === name);
              return root.view.network.canvasToDOM({ x: card.x, y: card.y });
            }""",
            name,
        )
        scale = self.scale()
        stage.click(position={"x": at["x"], "y": at["y"]})
        return scale

    def scale(self) -> float:
        """The scale of the picture."""
        return float(
            self.page.locator(".lineage-picture").evaluate("e => e.view.network.getScale()")
        )


Look = Callable[..., Window]


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], str]]:
    """Starts the page on a store, as ``lineage ui`` does; gives its address."""
    running: list[subprocess.Popen[bytes]] = []

    def start(store: Path) -> str:
        port = free_port(8700)
        log = (tmp_path_factory.mktemp("log") / "page.log").open("wb")
        running.append(
            subprocess.Popen(
                command(port),
                env={**os.environ, "LINEAGE_STORE": str(store)},
                stdout=log,
                stderr=log,
            )
        )
        address = f"http://{HOST}:{port}"
        until = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=2)
                return address
            except OSError:
                assert time.monotonic() < until, "the page did not start"
                time.sleep(0.1)

    yield start
    for process in running:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def stores(
    tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Path], str]
) -> dict[str, tuple[str, Graph]]:
    """The story, plain and hostile, each served."""
    folder = tmp_path_factory.mktemp("stores")
    served = {}
    for name in ("story", "hostile"):
        graph = write(folder / f"{name}.sqlite", story(hostile=name == "hostile"))
        served[name] = serve(folder / f"{name}.sqlite"), graph
    return served


@pytest.fixture
def look(browser: Browser, stores: dict[str, tuple[str, Graph]]) -> Iterator[Look]:
    """Opens a window; at the end nothing was complained of, and nobody else was asked."""
    windows: list[Window] = []

    def new(store: str = "story", **options: object) -> Window:
        page = browser.new_page(**{"viewport": {"width": 1280, "height": 900}, **options})
        window = Window(page, stores[store][0])
        page.on(
            "console",
            lambda m: (
                window.complaints.append(f"{m.text} {m.location.get('url', '')}")
                if m.type == "error" and not STREAMLITS_OWN.search(m.location.get("url", ""))
                else None
            ),
        )
        page.on("pageerror", lambda e: window.complaints.append(str(e)))
        page.on(
            "request",
            lambda r: (
                window.outside.append(r.url)
                if not r.url.startswith((stores[store][0], "data:", "blob:"))
                else None
            ),
        )
        page.on("dialog", lambda d: (window.complaints.append(f"dialog {d.message}"), d.dismiss()))
        windows.append(window)
        return window

    yield new
    for window in windows:
        window.page.close()
        assert window.complaints == []
        assert [u for u in window.outside if not u.startswith("ws://127.0.0.1")] == []


def says(page: Page, selector: str, text: str) -> None:
    """Waits until an element says so; while a page is redrawn the old one stands beside it."""
    expect(page.locator(selector, has_text=text).first).to_be_visible(timeout=SECONDS)


def test_from_the_question_to_the_line_that_says_so(
    look: Look, stores: dict[str, tuple[str, Graph]]
) -> None:
    graph = stores["story"][1]
    answer = impact(graph, [graph.number[SOURCE.id]])
    window = look().open()
    page = window.page
    page.get_by_label("If this is revoked").click(timeout=SECONDS)
    page.keyboard.type("okcupid-user")
    page.get_by_role("option", name="okcupid-user-photos · Source").click()
    page.keyboard.press("Escape")
    blast = answer.counts["total"]["blast_radius"]
    expect(page.locator(".headline", has_text=f"{blast} things are affected")).to_be_visible(
        timeout=SECONDS
    )
    tile = page.get_by_test_id("stMetric").filter(has_text="Models")
    expect(tile).to_contain_text(str(answer.counts["kind"]["Model"]))
    window.click_card("face-embedder")
    why = page.locator(".st-key-why")
    expect(why).to_contain_text("Why face-embedder?", timeout=SECONDS)
    for place in (
        "data/manifest.yaml:10",
        "train/embedder.yaml:10",
        "train/embedder-again.yaml:10",
    ):
        expect(why).to_contain_text(place)


def test_a_link_can_be_sent_reloaded_and_gone_back_from(look: Look) -> None:
    window = look().open(revoke=SOURCE.id)
    page = window.page
    says(page, ".headline", "okcupid-user-photos")
    window.click_card("age-estimator")
    says(page, ".st-key-why", "Why age-estimator?")
    address = page.url
    assert quote(SOURCE.id, safe="") in address
    other = look()
    other.page.goto(address)
    says(other.page, ".st-key-why", "Why age-estimator?")
    says(other.page, ".headline", "okcupid-user-photos")


def test_an_unknown_id_is_said_to_be_so(look: Look) -> None:
    for path, name in (("/", "revoke"), ("/explore", "artifact")):
        page = look().open(path, **{name: "nope://x"}).page
        says(page, ".warning", "not in this store: nope://x")


def test_the_keyboard_is_enough(look: Look) -> None:
    page = look().open().page
    says(page, ".headline", "Which source")
    page.get_by_label("If this is revoked").focus()
    page.keyboard.type("okcupid-user")
    page.keyboard.press("Enter")
    expect(page.locator(".lineage-picture[data-drawn]")).to_be_attached(timeout=SECONDS)
    page.keyboard.press("Escape")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == "stage":
            break
    else:
        pytest.fail("Tab never reached the picture")
    expect(page.locator(".say")).to_contain_text("okcupid-user-photos (Source")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".say")).to_contain_text("okcupid-faces (Dataset")
    page.keyboard.press("Enter")
    says(page, ".st-key-why", "Why okcupid-faces?")
    assert page.evaluate(FOCUSED) == "stage"


FOCUSED = """() => {
  let at = document.activeElement;
  while (at && at.shadowRoot && at.shadowRoot.activeElement) { at = at.shadowRoot.activeElement; }
  return at ? at.className : "";
}"""


def test_a_group_opens_with_a_click_and_the_view_stays(look: Look) -> None:
    window = look().open(revoke=SOURCE.id)
    page = window.page
    says(page, ".count", "one group of alike things")
    before = window.click_card("6 copies")
    expect(page.locator(".count")).not_to_contain_text("group", timeout=SECONDS)
    assert window.scale() == pytest.approx(before)
    page.get_by_role("button", name="Close the opened groups").click()
    says(page, ".count", "one group of alike things")


def test_explore_walks_from_artifact_to_artifact_and_back_to_the_question(look: Look) -> None:
    window = look().open("/explore", artifact=EMBEDDER.id)
    page = window.page
    says(page, ".st-key-why", "face-embedder")
    window.click_card("match-search")
    says(page, ".st-key-why", "UNKNOWN: nobody has said")
    page.get_by_role("link", name="Show the blast radius of this").click()
    says(page, ".headline", "match-search")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_names_that_try_to_be_markup_are_shown_as_text(look: Look, scheme: str) -> None:
    window = look("hostile", color_scheme=scheme).open(revoke=SOURCE.id)
    page = window.page
    window.click_card("5 datasets")
    expect(page.locator(".count")).not_to_contain_text("2 groups", timeout=SECONDS)
    for name in HOSTILE:
        window.click_card(name)
        expect(page.locator(".st-key-why .title").first).to_have_text(
            f"Why {name}?", timeout=SECONDS
        )
        says(page, ".say", name)
    page.get_by_label("If this is revoked").click()
    page.keyboard.type("src=x")
    expect(page.get_by_role("option").first).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_rights_say_why_and_names_stay_text(look: Look, scheme: str) -> None:
    window = look("hostile", color_scheme=scheme).open("/rights", source=SOURCE.id)
    page = window.page
    says(page, ".headline", "have a gap")
    panel = page.locator(".st-key-why")
    expect(panel.locator(".title").first).to_have_text("okcupid-user-photos", timeout=SECONDS)
    expect(panel).to_contain_text("No right is recorded. That is no permission.")
    expect(panel).to_contain_text("No right to “okcupid-user-photos” is known")
    panel.get_by_text("Record a right to it").click()
    expect(page.get_by_label("Name of the right")).to_be_visible(timeout=SECONDS)
    page.get_by_role("tab", name="Findings").click()
    assert page.locator("img[src=x]").count() == 0


def test_the_exported_report_asks_nobody_and_draws(
    browser: Browser, stores: dict[str, tuple[str, Graph]], tmp_path: Path
) -> None:
    from lineage.export.html import impact_report

    graph = stores["hostile"][1]
    path = tmp_path / "report.html"
    path.write_text(impact_report(impact(graph, [graph.number[SOURCE.id]]), graph), "utf-8")
    page = browser.new_page()
    errors: list[str] = []
    asked: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("request", lambda r: asked.append(r.url))
    page.goto(path.as_uri())
    expect(page.locator("#mynetwork canvas")).to_be_visible()
    expect(page.locator("#legend li").first).to_be_visible()
    assert page.evaluate("network.body.nodeIndices.length") > 5
    page.close()
    assert errors == []
    assert asked == [path.as_uri()]


def test_the_launcher_stops_cleanly_and_moves_to_a_free_port(tmp_path: Path) -> None:
    import signal
    import socket

    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        code = (
            "import sys; from lineage.ui.launch import launch; "
            f"sys.exit(launch({str(tmp_path / 's.sqlite')!r}, port={port}, open_browser=False))"
        )
        process = subprocess.Popen(
            [sys.executable, "-u", "-c", code],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        lines = []
        assert process.stdout
        for line in process.stdout:
            lines.append(line)
            if "Lineage is at" in line:
                break
        assert f"Port {port} is taken" in lines[0]
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
