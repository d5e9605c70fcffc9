# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the starter voices from nothing: `python -m training.voices` (see training/README.md)."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
STAGES = ("corpus", "fit", "export", "references", "measure")
STEPS = 5000
SMOKE_STEPS = 120
SMOKE_SENTENCES = 40


def run_stage(stage: str, work: Path, voices: Path, *, smoke: bool) -> None:
    """One stage in this process."""
    if stage == "corpus":
        from training.voices import corpus

        corpus.build(work, SMOKE_SENTENCES if smoke else None)
    elif stage == "fit":
        import torch

        from training.voices import fitting

        torch.set_num_threads(1)  # more would change sums in the last bits, and the result with them
        fitting.fit(work, SMOKE_STEPS if smoke else STEPS)
    elif stage == "export":
        from training.voices import export

        export.export_all(work, voices)
    elif stage == "references":
        from training.voices import measurement

        measurement.render_references(work)
    else:
        from training.voices import measurement

        report = measurement.measure(work, voices)
        (voices / "measurements.json").write_text(
            json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.voices", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="the whole chain at small scale, into the work folder")
    parser.add_argument("--resume", action="store_true", help="go on from the corpus and checkpoint that are there")
    parser.add_argument("--stage", choices=STAGES, help="run this stage only, on what the earlier ones left")
    parser.add_argument("--work", type=Path, help="where intermediate files go (default: training/work/voices)")
    parser.add_argument("--voices", type=Path, help="where the voices go (default: voices/; --smoke: work folder)")
    arguments = parser.parse_args()
    work: Path = arguments.work or ROOT / "training" / "work" / ("voices-smoke" if arguments.smoke else "voices")
    voices: Path = arguments.voices or (work / "voices" if arguments.smoke else ROOT / "voices")
    if arguments.stage:
        run_stage(arguments.stage, work, voices, smoke=arguments.smoke)
        return
    if work.exists() and not arguments.resume:
        shutil.rmtree(work)
    for stage in STAGES:
        if stage == "corpus" and (work / "corpus.pickle").exists():
            continue
        # a process each: teacher and PiperVoice share one espeak-ng, which only one of them can own
        command = [sys.executable, "-m", "training.voices", "--stage", stage]
        command += ["--work", str(work), "--voices", str(voices)]
        command += ["--smoke"] if arguments.smoke else []
        print(f"== {stage}", flush=True)
        subprocess.run(command, check=True, cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"})


if __name__ == "__main__":
    main()
