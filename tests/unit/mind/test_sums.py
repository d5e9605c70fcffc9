# SPDX-License-Identifier: GPL-3.0-or-later
"""Small sums said aloud."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.mind.sums import sum_in


@pytest.mark.parametrize(
    ("words", "language", "result"),
    [
        ("what is seven times eight", "en", "56"),
        ("What's 12 + 30?", "en", "42"),
        ("how much is twenty-one minus thirty", "en", "minus 9"),
        ("hey what is ten divided by four", "en", "2.5"),
        ("what is one hundred divided by three", "en", "33.33"),
        ("combien font vingt et un plus trois", "fr", "24"),
        ("combien fait quatre-vingt-dix-neuf moins soixante-dix", "fr", "29"),
        ("combien font dix divisé par quatre ?", "fr", "2,5"),
        ("what is five divided by zero", "en", None),
        ("what is two", "en", None),
        ("what is love", "en", None),
        ("i have two and three", "en", None),
        ("what is 999999999 times 999999999", "en", None),
    ],
)
def test_sums(words: str, language: str, result: str | None) -> None:
    assert sum_in(words, language) == result


@given(st.integers(0, 999), st.integers(0, 999))
def test_addition_is_right(left: int, right: int) -> None:
    assert sum_in(f"what is {left} plus {right}", "en") == str(left + right)
