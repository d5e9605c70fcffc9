# SPDX-License-Identifier: GPL-3.0-or-later
"""What a VRM body is told."""

from __future__ import annotations

from desktop_app.avatar.backend import VRM_OF_EXPRESSION, VRM_OF_VISEME
from desktop_app.avatar.pose import EXPRESSIONS, VISEMES
from desktop_app.domain.audio import Viseme
from desktop_app.domain.conversation import Expression


def test_every_mouth_shape_and_expression_has_a_target_and_a_vrm_name() -> None:
    assert set(VISEMES) == set(VRM_OF_VISEME) == set(Viseme)
    assert set(EXPRESSIONS) == set(VRM_OF_EXPRESSION) == set(Expression)
    assert {name for shapes in VRM_OF_VISEME.values() for name in shapes} == {"aa", "ih", "ou", "ee", "oh"}
    assert set(VRM_OF_EXPRESSION.values()) <= {"neutral", "happy", "angry", "sad", "relaxed", "surprised"}


def test_closed_lips_stay_closed_on_a_vrm_body() -> None:
    assert VRM_OF_VISEME[Viseme.PP] == VRM_OF_VISEME[Viseme.SIL] == {}
