# SPDX-License-Identifier: GPL-3.0-or-later
"""What a body of the field is told: VRM presets and ARKit shapes, from the same poses that move the rig."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.avatar.backend import (
    VRM0_OF_VRM,
    VRM_OF_EXPRESSION,
    VRM_OF_VISEME,
    arkit_weights,
    vrm_weights,
)
from desktop_app.avatar.mixer import Mixer
from desktop_app.avatar.pose import EXPRESSIONS, VISEMES, Pose
from desktop_app.domain.audio import Viseme
from desktop_app.domain.conversation import Expression

_MOUTHS = {"aa", "ih", "ou", "ee", "oh"}
_MOODS = {"happy", "angry", "sad", "relaxed", "surprised", "neutral"}
_BLINKS = {"blink", "blinkLeft", "blinkRight"}
_LOOKS = {"lookUp", "lookDown", "lookLeft", "lookRight"}
_PRESETS = _MOUTHS | _MOODS | _BLINKS | _LOOKS
"""All that VRM 1.0 knows."""


def saying(weights: dict[Viseme, float]) -> Pose:
    mixer = Mixer()
    mixer.add_visemes(weights)
    return mixer.pose()


def feeling(expression: Expression, weight: float = 1.0) -> Pose:
    mixer = Mixer()
    mixer.express(expression, weight)
    return mixer.pose()


def test_every_mouth_shape_and_expression_has_a_target_and_a_vrm_name() -> None:
    assert set(VISEMES) == set(VRM_OF_VISEME) == set(Viseme)
    assert set(EXPRESSIONS) == set(VRM_OF_EXPRESSION) == set(Expression)
    assert {name for shapes in VRM_OF_VISEME.values() for name in shapes} == _MOUTHS
    assert set(VRM_OF_EXPRESSION.values()) <= _MOODS


@pytest.mark.parametrize("viseme", Viseme)
def test_a_mouth_shape_is_told_as_the_presets_it_folds_into(viseme: Viseme) -> None:
    weights = vrm_weights(saying({viseme: 1.0}))
    assert weights == pytest.approx(dict(VRM_OF_VISEME[viseme]))


def test_closed_lips_stay_closed_on_a_vrm_body() -> None:
    assert not _MOUTHS & set(vrm_weights(saying({Viseme.PP: 1.0})))
    assert arkit_weights(saying({Viseme.PP: 1.0}))["mouthPressLeft"] == 1.0


def test_two_shapes_at_once_open_the_mouth_no_further_than_one() -> None:
    weights = vrm_weights(saying({Viseme.AA: 0.8, Viseme.OH: 0.7}))
    assert weights["aa"] + weights["oh"] == pytest.approx(1.0)
    assert weights["aa"] > weights["oh"]


def test_a_voice_without_timings_opens_the_mouth_too() -> None:
    weights = vrm_weights(Pose(mouth_open=0.6, mouth_round=0.25))
    assert (weights["aa"], weights["ou"]) == pytest.approx((0.45, 0.15))


@pytest.mark.parametrize("expression", Expression)
def test_an_expression_is_told_by_its_preset(expression: Expression) -> None:
    weights = vrm_weights(feeling(expression, 0.5))
    name = VRM_OF_EXPRESSION[expression]
    assert {mood: weights[mood] for mood in _MOODS & set(weights)} == ({} if name == "neutral" else {name: 0.5})


def test_blink_and_gaze_are_the_companion_s_own_left_and_right() -> None:
    assert vrm_weights(Pose(eye_left=0.0, eye_right=0.0))["blink"] == 1.0
    wink = vrm_weights(Pose(eye_left=0.0))
    assert "blink" not in wink
    assert wink["blinkLeft"] == 1.0
    assert "blinkRight" not in wink
    to_the_viewers_right = Pose(gaze_x=0.5, gaze_y=-0.4)
    assert {name: vrm_weights(to_the_viewers_right)[name] for name in ("lookLeft", "lookUp")} == {
        "lookLeft": 0.5, "lookUp": 0.4,
    }  # fmt: skip
    assert arkit_weights(to_the_viewers_right)["eyeLookOutLeft"] == 0.5
    assert arkit_weights(to_the_viewers_right)["eyeLookInRight"] == 0.5


def test_every_pose_is_told_in_weights_that_the_field_knows() -> None:
    poses = [feeling(expression) for expression in Expression] + [saying({viseme: 1.0}) for viseme in Viseme]
    for pose in poses:
        weights = vrm_weights(pose)
        assert set(weights) <= _PRESETS
        assert all(0 < weight <= 1 for weight in (*weights.values(), *arkit_weights(pose).values()))


def test_models_of_both_versions_know_the_names(shared_data: Callable[[str], Path]) -> None:
    """Two models of the field's own test suites: VRM 1.0 by presets, VRM 0.x by its older names."""
    newer = _vrm_of(shared_data("vrm/VRMC_vrm_expressions_isBinary_Overrides.vrm"), "VRMC_vrm")
    assert set(newer["expressions"]["preset"]) <= _PRESETS
    older = _vrm_of(shared_data("vrm/EmissionMigration_v0.107.0.vrm"), "VRM")
    known = {group["presetName"].lower() for group in older["blendShapeMaster"]["blendShapeGroups"]}
    assert set(VRM0_OF_VRM.values()) <= known
    assert set(VRM0_OF_VRM) == _PRESETS - {"surprised"}


def _vrm_of(path: Path, extension: str) -> dict[str, dict[str, list[dict[str, str]]]]:
    data = path.read_bytes()
    (length,) = struct.unpack_from("<I", data, 12)
    found: dict[str, dict[str, list[dict[str, str]]]] = json.loads(data[20 : 20 + length])["extensions"][extension]
    return found
