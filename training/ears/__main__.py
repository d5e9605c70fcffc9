# SPDX-License-Identifier: GPL-3.0-or-later
"""Make assets/ears/starter-en from nothing: text, speech, training, conversion and the figures of its card."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from training.ears.evaluate import REPOSITORY, STARTER_VOICES
from training.ears.sentences import SentenceSource, natural_sentences
from training.ears.tokens import learn_merges, save_merges
from training.ears.vocabulary import normalize

STARTER_EARS = REPOSITORY / "assets" / "ears" / "starter-en"
# shards of 500 clips by kind; espeak-ng makes about 100 clips a second, the starter voices 14
SHARDS = {"noise": 6, "narrow": 30, "wide": 60, "piper": 40}
# oneDNN otherwise forgets its kernels between batches and compiles them again
ENVIRONMENT = {"ONEDNN_PRIMITIVE_CACHE_CAPACITY": "60000", "OMP_NUM_THREADS": "1"}


def learn_tokenizer(path: Path) -> None:
    """Merges from the hand-written sentences, the word list and what the templates make of them."""
    source = SentenceSource("merges")
    drawn = [normalize(source.sentence()) for _ in range(40_000)]
    save_merges(learn_merges([*drawn, *source.every_word * 2, *map(normalize, natural_sentences() * 2)]), path)


def main() -> None:
    """Make the starter ears, one stage after the other (see --help)."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--work", type=Path, default=REPOSITORY / "training" / "work" / "ears")
    parser.add_argument("--output", type=Path, default=STARTER_EARS)
    parser.add_argument("--minutes", type=float, default=90.0, help="training time on one core")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the clips to make; 0.05 tries the chain out")
    arguments = parser.parse_args()
    work: Path = arguments.work
    work.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, **ENVIRONMENT}

    def run(module: str, *options: str | Path) -> None:
        command = [sys.executable, "-m", f"training.ears.{module}", *map(str, options)]
        subprocess.run(command, check=True, env=environment, cwd=REPOSITORY)

    merges = work / "merges.txt"
    if not merges.exists():
        learn_tokenizer(merges)
    voices = [REPOSITORY / "voices" / name / f"{name}.onnx" for name in STARTER_VOICES]
    for kind, shards in SHARDS.items():
        wanted = max(1, round(shards * arguments.scale))
        if len(list((work / "shards").glob(f"{kind}-1-*.json"))) < wanted:
            run("clips", kind, work / "shards", "--seed", "1", "--shards", str(wanted), "--voices", *voices)
    run("train", "--work", work, "--minutes", str(arguments.minutes))
    run("convert", work / "checkpoint.pt", merges, arguments.output)
    run("evaluate", work / "test", "--model", arguments.output)


if __name__ == "__main__":
    main()
