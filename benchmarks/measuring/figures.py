# SPDX-License-Identifier: GPL-3.0-or-later
"""A measured figure, the bar it should clear, and whether it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Bound = Literal["at most", "at least"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a benchmark's result."""

    name: str
    value: float
    unit: str
    bound: Bound
    bar: float
    of: str
    """What it was measured on: "100 sentences"."""

    @property
    def holds(self) -> bool:
        return self.value <= self.bar if self.bound == "at most" else self.value >= self.bar

    def record(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "bound": self.bound,
            "bar": self.bar,
            "holds": self.holds,
            "of": self.of,
        }


def figures_result(benchmark: str, figures: Sequence[Figure], details: dict[str, Any]) -> dict[str, Any]:
    """What a benchmark with bars returns from measure()."""
    return {
        "benchmark": benchmark,
        "fine": all(figure.holds for figure in figures),
        "figures": [figure.record() for figure in figures],
        "details": details,
    }


def figures_report(result: dict[str, Any]) -> str:
    """The same as a table for people."""
    rows = [
        (
            "holds" if figure["holds"] else "FAILS",
            figure["name"],
            f"{figure['value']:g} {figure['unit']}".strip(),
            f"({figure['bound']} {figure['bar']:g})",
            figure["of"],
        )
        for figure in result["figures"]
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    failing = sum(not figure["holds"] for figure in result["figures"])
    verdict = f"{failing} of {len(rows)} bars fail." if failing else f"All {len(rows)} bars hold."
    return "\n".join([*lines, "", verdict])
