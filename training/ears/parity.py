# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that the converted ears are the trained ones, in the full window, in short windows and with every option."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from training.ears.convert import convert, load_average
from training.ears.evaluate import load_recordings, word_errors
from training.ears.mel import HOP_SAMPLES
from training.ears.tokens import EarsTokenizer
from training.ears.vocabulary import normalize

_WINDOW_FRAMES = 3000

OPTIONS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "greedy": {"beam_size": 1},
    "greedy, no timestamps": {"beam_size": 1, "without_timestamps": True},
    "word timestamps": {"word_timestamps": True},
    "voice detection": {"vad_filter": True},
    "initial prompt": {"initial_prompt": "hello there anna"},
    "hotwords": {"hotwords": "anna peter"},
    "language asked for": {"language": "en"},
    "another language": {"language": "de"},
    "translate": {"task": "translate"},
    "not conditioned": {"condition_on_previous_text": False},
}


def main() -> None:
    """Print how far the converted model is from the trained one (see --help)."""
    import ctranslate2
    from faster_whisper import WhisperModel
    from faster_whisper.audio import decode_audio
    from faster_whisper.feature_extractor import FeatureExtractor

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("merges", type=Path)
    parser.add_argument("recordings", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model, tokenizer = load_average(arguments.checkpoint), EarsTokenizer(arguments.merges)
    recordings = [recording for recording in load_recordings(arguments.recordings) if recording.text][::40]
    extractor = FeatureExtractor(feature_size=80, hop_length=HOP_SAMPLES)

    with tempfile.TemporaryDirectory() as directory:
        exact_folder, small_folder = Path(directory) / "float32", Path(directory) / "int8"
        convert(model, tokenizer, exact_folder, None)
        convert(model, tokenizer, small_folder)
        exact = ctranslate2.models.Whisper(str(exact_folder), compute_type="float32", intra_threads=1)
        small = ctranslate2.models.Whisper(str(small_folder), compute_type="int8", intra_threads=1)
        prompt = [tokenizer.start, tokenizer.no_timestamps]

        def hear(whisper: Any, features: NDArray[np.float32]) -> str:
            storage = ctranslate2.StorageView.from_array(np.ascontiguousarray(features[None]))
            result = whisper.generate(storage, [prompt], beam_size=1)
            return normalize(tokenizer.text(result[0].sequences_ids[0]))

        differences = {"int8 and float32": 0, "1.5 s of padding and 30 s": 0}
        words = 0
        for index, recording in enumerate(recordings):
            content = extractor(decode_audio(str(recording.path)))[:, :-1]
            full = np.zeros((80, _WINDOW_FRAMES), np.float32)
            full[:, : content.shape[1]] = content
            short = full[:, : (content.shape[1] + 75) // 2 * 2]
            if index == 0:
                encoded = np.array(exact.encode(ctranslate2.StorageView.from_array(full[None])))
                positions = (content.shape[1] + 1) // 2
                with torch.no_grad():
                    trained = model.encode(torch.from_numpy(full.T[None].copy()))[0].numpy()
                    columns = torch.zeros(1, 2 * (positions + 2 + 8), 80)
                    columns[0, : content.shape[1]] = torch.from_numpy(content.T.copy())
                    sampled = model.encode(columns, torch.tensor([positions]), torch.tensor([1500]))[0].numpy()
                print(f"CTranslate2 and PyTorch, 30 s: largest difference {np.abs(encoded - trained).max():.1e}")
                error = np.sqrt(((sampled[0, :positions] - trained[0, :positions]) ** 2).mean())
                scale = np.sqrt((trained[0, :positions] ** 2).mean())
                print(f"eight sampled padding columns and the full window: relative error {error / scale:.3f}")
            reference = hear(exact, full)
            words += len(reference.split())
            differences["int8 and float32"] += word_errors(hear(small, full), reference)
            differences["1.5 s of padding and 30 s"] += word_errors(hear(exact, short), reference)
        for pair, count in differences.items():
            print(f"{pair}: {count} of {words} words differ in {len(recordings)} recordings")

        whisper = WhisperModel(str(small_folder), device="cpu", compute_type="int8", cpu_threads=1)
        path = str(recordings[0].path)
        print(f"said: {recordings[0].text}")
        for name, options in OPTIONS.items():
            segments, information = whisper.transcribe(path, **options)
            found = list(segments)
            timed = [
                (word.word, round(word.start, 2), round(word.end, 2)) for part in found for word in part.words or []
            ]
            print(f"  {name}: {[part.text for part in found]} {information.language} {timed or ''}")


if __name__ == "__main__":
    main()
