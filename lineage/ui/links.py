"""Addresses: which page, and which ids its URL names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

REVOKE = "revoke"
WHY = "why"
ARTIFACT = "artifact"
PAIR = "pair"
CASE = "case"
STEP = "step"


@dataclass(frozen=True, slots=True)
class Links:
    """The pages, for links between them."""

    blast: st.Page
    explore: st.Page
    ancestry: st.Page

    def to_blast(self, ids: Sequence[str], label: str) -> None:
        """A link that shows the blast radius of these."""
        st.page_link(self.blast, label=label, query_params=[(REVOKE, id_) for id_ in ids])

    def to_artifact(self, id_: str, label: str) -> None:
        """A link that opens this artifact in Explore."""
        st.page_link(self.explore, label=label, query_params={ARTIFACT: id_})

    def to_ancestry(self, id_: str, label: str) -> None:
        """A link that shows what this stands on."""
        st.page_link(self.ancestry, label=label, query_params={ARTIFACT: id_})


def asked(parameter: str) -> list[str]:
    """The ids that the URL names, in its order, each once."""
    return list(dict.fromkeys(st.query_params.get_all(parameter)))


def ask(parameter: str, ids: Sequence[str]) -> None:
    """Writes ids into the URL, so that it can be sent to a colleague."""
    if ids:
        st.query_params[parameter] = list(ids)
    elif parameter in st.query_params:
        del st.query_params[parameter]
