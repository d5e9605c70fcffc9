# SPDX-License-Identifier: GPL-3.0-or-later
"""Words made comparable."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.mind.wording import folded, folded_words


def test_case_accents_and_apostrophes_do_not_matter() -> None:
    assert folded("J’AI ÉTÉ à Noël") == "j'ai ete a noel"
    assert folded_words("Où est l'été ?") == {"est", "ete"}


@given(st.text(max_size=200))
def test_positions_agree(text: str) -> None:
    assert len(folded(text)) == len(text)
