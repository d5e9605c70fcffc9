# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor's report: what was looked at, how it is, and what to do."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum


class CheckState(StrEnum):
    FINE = "fine"
    WARNING = "warning"
    """Fireside works, with something less."""
    WRONG = "wrong"
    """Fireside cannot do what it is for."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    state: CheckState
    sentence: str
    """How it is."""

    hint: str = ""
    """What to do; empty where nothing needs doing."""


def is_fine(checks: Sequence[Check]) -> bool:
    """Whether a person can talk with the companion."""
    return all(check.state is not CheckState.WRONG for check in checks)


def exit_code(checks: Sequence[Check]) -> int:
    return 0 if is_fine(checks) else 1


def report_json(checks: Sequence[Check]) -> str:
    report = {"fine": is_fine(checks), "checks": [asdict(check) for check in checks]}
    return json.dumps(report, ensure_ascii=False, indent=1)


def report_text(checks: Sequence[Check], width: int = 100) -> str:
    """A table that reads well in a terminal of that many columns: state, name, sentence; the hint below it."""
    states = max((len(check.state) for check in checks), default=0)
    names = max((len(check.name) for check in checks), default=0)
    lines = []
    for check in checks:
        start = f"  {check.state:<{states}}  {check.name:<{names}}  "
        room = max(width - len(start), 30)
        first, *others = textwrap.wrap(check.sentence, room) or [""]
        lines.append((start + first).rstrip())
        lines += [" " * len(start) + line for line in others]
        lines += [
            " " * len(start) + line
            for line in textwrap.wrap(check.hint, room, initial_indent="> ", subsequent_indent="  ")
        ]
    return "\n".join([*lines, "", _verdict(checks)])


def _verdict(checks: Sequence[Check]) -> str:
    wrong = [check.name for check in checks if check.state is CheckState.WRONG]
    warnings = [check.name for check in checks if check.state is CheckState.WARNING]
    if wrong:
        return f"Not ready yet: {', '.join(wrong)}."
    if warnings:
        return f"Ready to talk; could be better: {', '.join(warnings)}."
    return "Everything is fine."
