"""The page's frame: less empty room, and a panel that stays in view beside what scrolls."""

from __future__ import annotations

import streamlit as st

_CSS = """<style>
.stMainBlockContainer { padding: 3.75rem 1.75rem 3rem; max-width: 112rem; }
[data-testid="stColumn"]:has(.st-key-why) > div { position: sticky; top: 4rem;
  max-height: calc(100vh - 5rem); overflow-y: auto; }
.stMainBlockContainer [data-testid="stMetric"] { padding: 0.3rem 0.75rem; }
.stMainBlockContainer [data-testid="stMetric"] > div { padding: 0; }
.stMainBlockContainer [data-testid="stVerticalBlock"] { gap: 0.6rem; }
.st-key-why [data-testid="stPageLink"] a { border: 1px solid #8a919c; }
.stMainBlockContainer [data-testid="stMetricValue"] { font-size: 1.5rem; }
</style>"""


def styles() -> None:
    """Adds the page's few style rules; they hold no words of any document."""
    st.html(_CSS)
