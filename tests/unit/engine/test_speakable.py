# SPDX-License-Identifier: GPL-3.0-or-later
"""What a voice says for what a model writes."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.engine.speakable import speakable


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Hello.", "Hello."),
        ("**Hello** _there_!", "Hello there!"),
        ("How nice 😀👍🏽!", "How nice!"),
        ("See [this page](https://example.org/a?b=1).", "See this page."),
        ("Look at https://www.example.com/path?q=1 now.", "Look at example.com now."),
        ("?", ""),
        ("…", ""),
        ("...", ""),
        ("—", ""),
        ("*smiles*", ""),
        ("```py\nprint(1)\n```", ""),
        ("Use `ls` now.", "Use ls now."),
        ("# Title", "Title"),
        ("- one\n- two", "one two"),
        ("1. First thing", "First thing"),
        ("12.", "12."),
        ("I have 3 cats & 2 dogs.", "I have 3 cats and 2 dogs."),
        ("C'est l'été, non ?", "C'est l'été, non?"),
        ("Really?!?", "Really?"),
        ("Well,", "Well,"),
        ("<b>bold</b> move", "bold move"),
        ("It is 20 °C.", "It is 20 °C."),
        ("    four spaces are no code here", "four spaces are no code here"),
    ],
)
def test_text_is_made_speakable(written: str, spoken: str) -> None:
    assert speakable(written) == spoken


@given(st.text(max_size=200))
def test_whatever_comes_it_is_speakable_or_nothing(written: str) -> None:
    spoken = speakable(written)
    assert spoken == "" or regex.search(r"[\p{L}\p{N}]", spoken)
    assert not set("*`#[]<>") & set(spoken)
