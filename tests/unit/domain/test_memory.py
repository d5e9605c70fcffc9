# SPDX-License-Identifier: GPL-3.0-or-later
"""When a newer fact takes the place of an older one."""

from __future__ import annotations

from datetime import datetime

import pytest

from desktop_app.domain.memory import Fact, FactKind, replaces


def fact(topic: str, value: str) -> Fact:
    return Fact("", FactKind.STATED, topic, value, datetime(2026, 11, 21), "")


@pytest.mark.parametrize(
    ("newer", "older", "expected"),
    [
        (("name", "Anne"), ("name", "Anna"), True),
        (("lives in", "Oslo"), ("lives in", "Bergen"), True),
        (("favorite color", "red"), ("favorite color", "blue"), True),
        (("favorite color", "red"), ("favorite food", "soup"), False),
        (("sister's name", "Lucy"), ("sister's name", "Lucie"), True),
        (("sister's name", "Lucy"), ("older sister's name", "Mary"), False),
        (("likes", "tea"), ("likes", "jazz"), False),
        (("dislikes", "Tea"), ("likes", "tea"), True),
        (("likes", "tea"), ("dislikes", "tea"), True),
        (("dislikes", "tea"), ("likes", "jazz"), False),
        (("asked", "buy milk"), ("asked", "call mum"), False),
    ],
)
def test_replacing(newer: tuple[str, str], older: tuple[str, str], expected: bool) -> None:
    assert replaces(fact(*newer), fact(*older)) is expected
