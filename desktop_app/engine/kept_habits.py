# SPDX-License-Identifier: GPL-3.0-or-later
"""How the person speaks, written down whenever it has changed; a disk that takes nothing is told of once."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.domain.errors import CompanionError
from desktop_app.domain.events import Event, Notice, NoticeRaised
from desktop_app.domain.habits import SpeakingHabits
from desktop_app.ports import HabitStore


class KeptHabits:
    """What the store holds at present."""

    def __init__(self, store: HabitStore, announce: Callable[[Event], None]) -> None:
        self._store = store
        self._announce = announce
        self._kept = store.load()
        self._told = False
        """Whether the person knows that nothing can be written."""

    @property
    def kept(self) -> SpeakingHabits:
        return self._kept

    def keep(self, habits: SpeakingHabits, *, is_wish: bool = False) -> None:
        """Tried again at every turn while it fails; is_wish: the person asked for it and is told every time."""
        if habits == self._kept:
            return
        try:
            self._store.save(habits)
        except CompanionError as error:
            if is_wish or not self._told:
                self._announce(NoticeRaised(Notice.of(error)))
            self._told = True
        else:
            self._kept, self._told = habits, False
