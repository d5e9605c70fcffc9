# SPDX-License-Identifier: GPL-3.0-or-later
"""Few cases that together hold every pair of values of every two factors."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import combinations

Case = Mapping[str, object]
_Pair = tuple[str, object, str, object]


def _pair(one: str, value: object, other: str, its_value: object) -> _Pair:
    return (one, value, other, its_value) if one < other else (other, its_value, one, value)


def pairwise(factors: Mapping[str, Sequence[object]], seed: int = 1) -> list[Case]:
    """A covering array of strength two, found greedily; always the same for the same factors."""
    chance = random.Random(seed)
    open_pairs = {
        _pair(one, value, other, its_value): None
        for one, other in combinations(factors, 2)
        for value in factors[one]
        for its_value in factors[other]
    }
    cases: list[Case] = []
    while open_pairs:
        one, value, other, its_value = next(iter(open_pairs))
        case = {one: value, other: its_value}
        rest = [name for name in factors if name not in case]
        chance.shuffle(rest)
        for name in rest:
            case[name] = max(
                chance.sample(list(factors[name]), len(factors[name])),
                key=lambda choice: sum(_pair(name, choice, set_, its) in open_pairs for set_, its in case.items()),
            )
        for first, second in combinations(case, 2):
            open_pairs.pop(_pair(first, case[first], second, case[second]), None)
        cases.append(case)
    return cases
