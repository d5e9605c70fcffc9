# SPDX-License-Identifier: GPL-3.0-or-later
"""Events and the clock in, one face out."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.avatar.animator import Animator
from desktop_app.avatar.mixer import Mixer
from desktop_app.avatar.pose import Pose
from desktop_app.domain.audio import Viseme, VisemeKey, VisemeTrack
from desktop_app.domain.conversation import Expression, TurnId
from desktop_app.domain.events import (
    EngineStarted,
    EngineStopped,
    Event,
    LevelChanged,
    MuteChanged,
    Notice,
    SentenceStarted,
    TurnCompleted,
    TurnFailed,
    TurnInterrupted,
    TurnStarted,
    UserSpeechEnded,
    UserSpeechStarted,
    UtteranceDismissed,
)
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings

TURN = TurnId(1)
OPEN = VisemeTrack((VisemeKey(Viseme.AA, 0.0, 1.0, stressed=True),), 1.0)


def sentence(at: float, expression: Expression = Expression.NEUTRAL, track: VisemeTrack = OPEN) -> SentenceStarted:
    return SentenceStarted(TURN, "Ah.", track, expression, at)


def run(animator: Animator, start: float, seconds: float, hz: int = 60) -> list[Pose]:
    return [animator.pose(start + i / hz) for i in range(round(seconds * hz))]


def numbers(pose: Pose) -> list[float]:
    """All of a pose that is a number."""
    values = (getattr(pose, field.name) for field in fields(Pose))
    return [value for value in values if isinstance(value, float)]


def settled(*happened: Event, seconds: float = 1.5) -> Pose:
    """The mean face some time after these events; blinks and sway average out."""
    animator = Animator(seed=5)
    animator.pose(10.0)
    for event in happened:
        animator.on_event(event)
    poses = run(animator, 10.0, seconds + 4.0)[round(seconds * 60) :]
    means = [sum(column) / len(poses) for column in zip(*(numbers(pose) for pose in poses), strict=True)]
    return Pose(*means)


def test_the_same_seed_gives_the_same_face() -> None:
    def play(seed: int) -> list[Pose]:
        animator = Animator(seed)
        poses = run(animator, 0.0, 2.0)
        animator.on_event(UserSpeechStarted())
        poses += run(animator, 2.0, 1.0)
        animator.on_event(sentence(3.0, Expression.HAPPY))
        return poses + run(animator, 3.0, 3.0)

    assert play(7) == play(7)
    assert play(7) != play(8)


def test_lips_count_from_when_the_sentence_is_heard() -> None:
    animator = Animator()
    animator.pose(100.0)
    animator.on_event(sentence(100.5))
    assert animator.pose(100.2).mouth_open < 0.1
    assert animator.pose(101.0).mouth_open > 0.6
    assert animator.pose(102.2).mouth_open < 0.1


def test_the_next_sentence_takes_over_from_the_last() -> None:
    animator = Animator()
    animator.pose(0.0)
    animator.on_event(sentence(0.0))
    animator.pose(0.9)
    closed = VisemeTrack((VisemeKey(Viseme.PP, 0.0, 0.4),), 0.4)
    animator.on_event(sentence(1.0, track=closed))
    assert animator.pose(1.2).mouth_open < 0.05


def test_an_interruption_closes_the_mouth_at_once() -> None:
    animator = Animator()
    animator.pose(0.0)
    animator.on_event(sentence(0.0, track=VisemeTrack((VisemeKey(Viseme.AA, 0.0, 5.0),), 5.0)))
    assert animator.pose(1.0).mouth_open > 0.6
    animator.on_event(TurnInterrupted(TURN, "Ah"))
    animator.pose(1.01)
    assert animator.pose(1.2).mouth_open < 0.1


def test_listening_raises_the_brows_and_tilts_the_head() -> None:
    idle, listening = settled(), settled(UserSpeechStarted())
    assert listening.brow_left > idle.brow_left + 0.1
    assert listening.roll > idle.roll + 1.0


@pytest.mark.parametrize("began", [UserSpeechEnded(1.0), TurnStarted(TURN)])
def test_thinking_looks_up_and_away(began: Event) -> None:
    idle, thinking = settled(), settled(began)
    assert thinking.gaze_y < idle.gaze_y - 0.3
    assert thinking.gaze_x > idle.gaze_x + 0.15


@pytest.mark.parametrize(
    "ended",
    [UtteranceDismissed(), TurnCompleted(TURN, ""), TurnInterrupted(TURN, ""), TurnFailed(TURN, "", Notice("a", "b"))],
)
def test_after_a_turn_the_eyes_come_back(ended: Event) -> None:
    after = settled(TurnStarted(TURN), ended)
    assert abs(after.gaze_y) < 0.15


def test_a_muted_companion_rests_and_wakes_when_spoken_to() -> None:
    assert settled(MuteChanged(True), seconds=3.0).eye_left < 0.15
    assert settled(MuteChanged(True), MuteChanged(False), seconds=3.0).eye_left > 0.8
    assert settled(MuteChanged(True), TurnStarted(TURN), seconds=3.0).eye_left > 0.7


def test_an_expression_comes_with_its_sentence_stays_a_while_and_fades() -> None:
    animator = Animator()
    animator.pose(0.0)
    animator.on_event(sentence(0.0, Expression.HAPPY))
    animator.on_event(TurnCompleted(TURN, "Ah."))
    during = max(pose.mouth_corner for pose in run(animator, 0.0, 1.0))
    after = run(animator, 1.0, 0.9)[-1].mouth_corner
    late = run(animator, 1.9, 12.0)[-1].mouth_corner
    assert during > 0.6
    assert after > 0.7
    assert late < 0.15


def test_being_interrupted_startles_for_a_moment() -> None:
    animator = Animator()
    animator.pose(0.0)
    animator.on_event(sentence(0.0))
    animator.pose(0.5)
    animator.on_event(UserSpeechStarted())
    assert max(pose.brow_left for pose in run(animator, 0.5, 0.4)) > 0.45


def test_the_eyes_follow_the_pointer_and_the_head_follows_a_little() -> None:
    animator = Animator()
    animator.pose(0.0)
    animator.look_at(0.8, 0.5)
    pose = run(animator, 0.0, 2.0)[-1]
    assert 0.5 < pose.gaze_x <= 1.0
    assert pose.gaze_y > 0.2
    assert 0.15 < pose.yaw < 0.6


def test_a_tap_gets_a_smile_and_a_blink() -> None:
    animator = Animator()
    run(animator, 0.0, 0.5)
    animator.touched()
    poses = run(animator, 0.5, 1.5)
    assert max(pose.mouth_corner for pose in poses) > 0.4
    assert min(pose.eye_left for pose in poses[:18]) < 0.1


def test_with_reduced_motion_the_head_hardly_moves_but_the_lips_do() -> None:
    animator = Animator()
    animator.reduced_motion = True
    animator.pose(0.0)
    animator.on_event(sentence(0.5))
    poses = run(animator, 0.0, 8.0)
    assert all(pose.sway == 0 and pose.breath == 0 and pose.x == 0 for pose in poses)
    assert max(abs(pose.yaw) for pose in poses) < 0.05
    assert max(pose.mouth_open for pose in poses) > 0.6
    assert min(pose.eye_left for pose in poses) < 0.05


def test_a_feeling_is_shown_as_much_as_it_is_felt() -> None:
    corners = []
    for intensity in (0.0, 0.5, 1.0):
        animator = Animator()
        animator.pose(0.0)
        animator.on_event(replace(sentence(0.0, Expression.HAPPY), intensity=intensity))
        corners.append(max(pose.mouth_corner for pose in run(animator, 0.0, 1.0)))
    assert corners[0] < 0.1
    assert corners[1] == pytest.approx(corners[2] / 2, abs=0.1)


def test_it_greets_with_its_brows_and_a_nod_and_says_goodbye_with_a_bow() -> None:
    animator = Animator()
    run(animator, 0.0, 3.0)
    animator.on_event(EngineStarted(Persona("ember", "Ember"), Settings()))
    greeting = run(animator, 3.0, 1.5)
    assert max(pose.brow_left for pose in greeting) > 0.5
    assert max(pose.pitch for pose in greeting) - min(pose.pitch for pose in greeting) > 0.25
    run(animator, 4.5, 8.0)
    animator.on_event(EngineStopped())
    goodbye = run(animator, 12.5, 1.0)
    assert max(pose.pitch for pose in goodbye) > 0.25
    assert max(pose.mouth_corner for pose in goodbye) > 0.4


def test_a_listener_nods_once_at_a_pause_and_not_while_the_person_speaks() -> None:
    animator = Animator(seed=5)
    run(animator, 0.0, 1.0)
    animator.on_event(UserSpeechStarted())
    pitches = []
    for i in range(round(4.0 * 60)):
        now = 1.0 + i / 60
        if i % 3 == 0:
            animator.on_event(LevelChanged(0.5, 0.9 if now < 3.0 else 0.05))
        pitches.append(animator.pose(now).pitch)
    while_speaking, afterwards = pitches[60:120], pitches[120:210]
    assert max(while_speaking) - min(while_speaking) < 0.1
    assert max(afterwards) - min(afterwards) > 0.15


def test_it_breathes_in_before_it_speaks_and_out_while_it_does() -> None:
    animator = Animator()
    run(animator, 0.0, 3.0)
    animator.on_event(TurnStarted(TURN))
    assert min(pose.breath for pose in run(animator, 3.0, 4.0)[90:]) > 0.8
    animator.on_event(sentence(7.0, track=VisemeTrack((VisemeKey(Viseme.AA, 0.0, 5.0),), 5.0)))
    assert min(pose.breath for pose in run(animator, 7.0, 4.0)) < 0.2


def test_being_stroked_pleases_it() -> None:
    animator = Animator()
    run(animator, 0.0, 0.5)
    animator.stroked()
    poses = run(animator, 0.5, 1.2)
    assert min(pose.eye_left for pose in poses) < 0.5
    assert max(pose.smile_eyes for pose in poses) > 0.4
    assert max(pose.roll for pose in poses) > 3
    assert animator.is_lively
    run(animator, 1.7, 2.0)
    assert not animator.is_lively


def test_hair_goes_on_swinging_when_the_head_has_stopped() -> None:
    animator = Animator(seed=4)
    run(animator, 0.0, 2.0)
    quiet = [pose.sway for pose in run(animator, 2.0, 1.0)]
    animator.look_at(1.0, 0.0)
    swinging = [pose.sway for pose in run(animator, 3.0, 1.0)]
    assert max(swinging) - min(swinging) > 2 * (max(quiet) - min(quiet))


def test_sleep_comes_when_muted_and_goes_with_the_mute() -> None:
    animator = Animator(seed=2)
    run(animator, 0.0, 1.0)
    animator.on_event(MuteChanged(True))
    lids = [pose.eye_left for pose in run(animator, 1.0, 4.0)]
    assert lids[6] > 0.3, "nobody falls asleep at once"
    assert max(lids[-60:]) < 0.2
    animator.on_event(MuteChanged(False))
    assert run(animator, 5.0, 2.0)[-1].eye_left > 0.7 or run(animator, 7.0, 0.4)[-1].eye_left > 0.7


def test_a_long_pause_between_frames_does_no_harm() -> None:
    animator = Animator()
    animator.pose(0.0)
    animator.on_event(sentence(0.0, Expression.SAD))
    pose = animator.pose(86_400.0)
    assert all(math.isfinite(value) for value in numbers(pose))
    assert pose.mouth_open < 0.1


def test_time_does_not_run_backwards() -> None:
    animator = Animator()
    animator.pose(5.0)
    assert animator.pose(4.0) == animator.pose(4.5)


_events = st.sampled_from(
    [
        UserSpeechStarted(),
        UserSpeechEnded(0.5),
        TurnStarted(TURN),
        TurnCompleted(TURN, ""),
        TurnInterrupted(TURN, ""),
        MuteChanged(True),
        MuteChanged(False),
        *(sentence(float(i), expression) for i, expression in enumerate(Expression)),
    ]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(_events, st.floats(0, 3), st.floats(-1, 1)), max_size=25))
def test_any_course_of_events_gives_a_possible_face(happened: list[tuple[Event, float, float]]) -> None:
    animator = Animator()
    now = 0.0
    for event, seconds, pointer in happened:
        animator.on_event(event)
        animator.look_at(pointer, -pointer)
        now += seconds
        pose = animator.pose(now)
        assert all(math.isfinite(value) for value in numbers(pose))
        assert 0 <= pose.eye_left <= 1.15
        assert 0 <= pose.mouth_open <= 1.1
        assert -0.7 <= pose.yaw <= 0.7


def test_what_is_not_a_number_is_shown_at_rest() -> None:
    mixer = Mixer()
    mixer.shift("yaw", math.nan)
    mixer.shift("eye_left", math.inf)
    pose = mixer.pose()
    assert pose.yaw == 0
    assert pose.eye_left == 1.0
