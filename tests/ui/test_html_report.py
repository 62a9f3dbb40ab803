"""The stand-alone report says what the library says, asks the network for nothing, runs no name."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from lineage.export.html import impact_report
from lineage.graph import Graph
from lineage.impact import impact
from ui.story import HOSTILE


class Seen(HTMLParser):
    """The addresses a page asks for, its tags, and its text outside scripts."""

    def __init__(self, page: str):
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._inside = tag
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in {"script", "style"}:
            self.text += data


def report(graph: Graph) -> str:
    return impact_report(impact(graph, [graph.resolve("okcupid-user-photos")]), graph)


def test_it_asks_the_network_for_nothing(story_store: tuple[Path, Graph]) -> None:
    page = report(story_store[1])
    assert Seen(page).addresses == []
    assert not re.findall(r"url\(\s*['\"]?https?:", page)
    assert "default-src 'none'" in page


def test_it_says_what_the_library_says(story_store: tuple[Path, Graph]) -> None:
    graph = story_store[1]
    answer = impact(graph, [graph.resolve("okcupid-user-photos")])
    text = Seen(report(graph)).text
    for affected in answer.affected:
        assert affected.name in text
    assert f"version {answer.version}" in text
    assert f"policy {answer.policy}" in text
    assert f"Affected: {len(answer.affected)} rows" in text
    assert f"{answer.coverage[0]} of {answer.coverage[1]} affected have fully known inputs" in text


def test_names_are_text_and_never_markup(hostile_store: tuple[Path, Graph]) -> None:
    page = report(hostile_store[1])
    seen = Seen(page)
    assert "img" not in seen.tags
    for name in HOSTILE:
        assert name in seen.text
    assert "<script>alert" not in page
