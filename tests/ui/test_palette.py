"""Both themes can be read by people who see little contrast, or no colours."""

from __future__ import annotations

import pytest

from lineage.drawing.palette import DARK, LIGHT, SHAPES, STATES, State, Theme, contrast
from lineage.vocabulary import Kind

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)


def test_the_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@THEMES
@pytest.mark.parametrize("state", State)
def test_text_can_be_read_on_every_card(theme: Theme, state: State) -> None:
    paint = theme.states[state]
    assert contrast(paint.text, paint.fill) >= 4.5


@THEMES
@pytest.mark.parametrize("state", State)
def test_borders_stand_out_from_card_and_picture(theme: Theme, state: State) -> None:
    paint = theme.states[state]
    for ground in (theme.background, theme.band):
        assert contrast(paint.border, ground) >= 3
    assert state == State.REVOKED or contrast(paint.border, paint.fill) >= 3


@THEMES
@pytest.mark.parametrize("ground", ["background", "band"])
def test_headings_arrows_and_focus_stand_out(theme: Theme, ground: str) -> None:
    behind = getattr(theme, ground)
    assert contrast(theme.heading, behind) >= 4.5
    assert contrast(theme.line, behind) >= 3
    assert contrast(theme.focus, behind) >= 3


def test_states_differ_by_mark_or_border_and_not_by_colour_alone() -> None:
    looks = [(look.mark, look.width, look.dashes) for look in STATES.values()]
    assert len(set(looks)) == len(STATES)


def test_every_kind_has_a_shape() -> None:
    assert set(SHAPES) == set(Kind)
