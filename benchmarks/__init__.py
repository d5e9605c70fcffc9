# SPDX-License-Identifier: GPL-3.0-or-later
"""Measurements: one file per question, each with `measure()` and `report(result)`; run by `fireside bench NAME`."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any


def benchmark_names() -> list[str]:
    return sorted(file.stem for file in Path(__file__).parent.glob("[!_]*.py"))


def run_benchmark(name: str, as_json: bool) -> int:
    """Measures and prints; 0 if every bar of the benchmark holds. Raises CompanionErrors for what is missing."""
    if name not in benchmark_names():
        print(f"fireside: There is no benchmark “{name}”. There are: {', '.join(benchmark_names())}.", file=sys.stderr)
        return 1
    if sys.stderr.isatty():
        print("Measuring; this takes a few minutes …", file=sys.stderr)
    benchmark = importlib.import_module(f"benchmarks.{name}")
    result: dict[str, Any] = benchmark.measure()
    print(json.dumps(result, ensure_ascii=False, indent=1) if as_json else benchmark.report(result))
    return 0 if result.get("fine", True) else 1
