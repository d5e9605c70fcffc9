# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: `fireside`, or `python -m desktop_app`. Exit code 0 only on success."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop_app.domain.errors import CompanionError

_SETTING_OPTIONS = ("ollama_url", "chat_model", "whisper", "whisper_window", "voice", "low_power")


def main(arguments: Sequence[str] | None = None) -> int:
    """Parses, runs one command and returns its exit code: 0 done, 1 could not be done, 2 not understood."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except CompanionError as error:
        print(f"fireside: {error.sentence} {error.hint}".rstrip(), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has had enough, as in `fireside avatar list | head`
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115  for what Python still flushes at its end
        return 0


def _run(options: argparse.Namespace) -> int:
    # Each command imports what it needs: `say` never loads Qt, and the window never loads the recorder.
    settings = {name: getattr(options, name) for name in _SETTING_OPTIONS}
    match options.command:
        case None if options.headless:
            from desktop_app.headless import run_headless

            return run_headless(options.profile, settings)
        case None:
            from desktop_app.desktop import run_desktop

            return run_desktop(options.profile, settings, as_companion=options.companion_window)
        case "demo":
            from desktop_app.demo import run_demo

            return run_demo(options.profile, settings, options.record, options.seconds, options.events)
        case "converse":
            from desktop_app.headless import run_converse

            return run_converse(
                options.profile, settings, options.input, options.output, options.events, options.realtime
            )
        case "say":
            from desktop_app.spoken_files import run_say

            return run_say(options.profile, settings, options.text, options.output, options.visemes)
        case "transcribe":
            from desktop_app.spoken_files import run_transcribe

            return run_transcribe(options.profile, settings, options.input, options.language, options.json)
        case "doctor":
            from desktop_app.checkup import run_doctor

            return run_doctor(options.profile, settings, options.json)
        case "bench":
            from benchmarks import run_benchmark

            return run_benchmark(options.name, options.json)
        case "avatar":
            from desktop_app.storage.paths import default_root
            from desktop_app.ui.avatar_commands import run_avatar

            return run_avatar(options, (options.profile or default_root()) / "avatars")
        case unknown:
            raise AssertionError(unknown)


def _parser() -> argparse.ArgumentParser:
    everywhere = _everywhere(suppress=True)
    parser = argparse.ArgumentParser(
        prog="fireside",
        description="A voice companion that lives on your own computer. Without a command: opens the window.",
        parents=[_everywhere(suppress=False)],
    )
    parser.add_argument("--headless", action="store_true", help="talk in a terminal, without a window")
    parser.add_argument(
        "--companion", dest="companion_window", action="store_true", help="open as the small companion window"
    )
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")

    demo = commands.add_parser("demo", parents=[everywhere], help="watch a rehearsed person talk with the companion")
    demo.add_argument("--record", type=Path, metavar="FILE.mp4", help="write picture and sound into a film")
    demo.add_argument("--seconds", type=_positive, help="end after this long")
    demo.add_argument("--events", type=Path, metavar="FILE.jsonl", help="write one JSON object per event")

    converse = commands.add_parser("converse", parents=[everywhere], help="talk with a recording as microphone")
    converse.add_argument("--input", type=Path, required=True, metavar="USER.wav", help="what the person says")
    converse.add_argument("--output", type=Path, metavar="REPLY.wav", help="write what the companion says")
    converse.add_argument("--events", type=Path, metavar="EVENTS.jsonl", help="write one JSON object per event")
    pace = converse.add_mutually_exclusive_group()
    pace.add_argument("--realtime", action="store_true", help="the recording takes its real time")
    pace.add_argument("--fast", action="store_false", dest="realtime", help="as fast as possible (the default)")

    say = commands.add_parser("say", parents=[everywhere], help="speak a text into a file")
    say.add_argument("text", metavar="TEXT")
    say.add_argument("--output", type=Path, required=True, metavar="X.wav")
    say.add_argument("--visemes", type=Path, metavar="Y.json", help="write the mouth's shapes and their times")

    transcribe = commands.add_parser("transcribe", parents=[everywhere], help="write down what a recording says")
    transcribe.add_argument("input", type=Path, metavar="X.wav")
    transcribe.add_argument("--language", metavar="xx", help="ISO 639-1, if you know it")
    transcribe.add_argument("--json", action="store_true")

    doctor = commands.add_parser("doctor", parents=[everywhere], help="what works, what does not, and what to do")
    doctor.add_argument("--json", action="store_true")

    bench = commands.add_parser("bench", parents=[everywhere], help="measure")
    bench.add_argument("name", metavar="NAME")
    bench.add_argument("--json", action="store_true")

    avatar = commands.add_parser(
        "avatar", parents=[everywhere], help="the companion's face: draw it, check parts, start a pack"
    )
    _add_avatar_commands(avatar, everywhere)
    return parser


def _everywhere(*, suppress: bool) -> argparse.ArgumentParser:
    """The options that every command takes; a subcommand's default must not undo what came before its name."""
    default = argparse.SUPPRESS if suppress else None
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--profile", type=Path, default=default, metavar="DIR", help="where everything is kept")
    parser.add_argument("--ollama-url", default=default, metavar="URL", help="where Ollama answers")
    parser.add_argument("--chat-model", default=default, metavar="NAME", help="an Ollama model")
    parser.add_argument("--whisper", default=default, metavar="ID|PATH", help="starter-en, base, … or a folder")
    parser.add_argument(
        "--whisper-window", choices=("auto", "full"), default=default, help="encode what was said, or half a minute"
    )
    parser.add_argument("--voice", default=default, metavar="ID|PATH", help="a voice's id or a Piper .onnx file")
    parser.add_argument("--low-power", action="store_true", default=default, help="spare the processor, answer later")
    return parser


def _add_avatar_commands(avatar: argparse.ArgumentParser, everywhere: argparse.ArgumentParser) -> None:
    commands = avatar.add_subparsers(dest="avatar_command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", parents=[everywhere], help="looks, parts and packs")
    listing.add_argument("--json", action="store_true")
    validate = commands.add_parser("validate", parents=[everywhere], help="say what is wrong with a file or a pack")
    validate.add_argument(
        "path", type=Path, metavar="PATH", help="a drawing, a note, a look, an .avatar, a pack's folder"
    )
    new = commands.add_parser("new", parents=[everywhere], help="start a pack")
    new.add_argument("folder", type=Path, metavar="DIR")
    sheet = commands.add_parser("sheet", parents=[everywhere], help="all companions, expressions and mouth shapes")
    sheet.add_argument("--size", default="120x160", metavar="WxH", help="of one face")
    sheet.add_argument("--scale", type=_positive, default=1.0)
    sheet.add_argument("--output", type=Path, required=True, metavar="X.png")
    render = commands.add_parser("render", parents=[everywhere], help="draw one picture")
    look = render.add_mutually_exclusive_group()
    look.add_argument("--preset", metavar="ID")
    look.add_argument("--avatar", type=Path, metavar="FILE")
    render.add_argument("--expression", default="neutral", metavar="NAME[:0.8]")
    render.add_argument("--viseme", metavar="aa")
    render.add_argument("--gaze", default="0,0", metavar="X,Y")
    render.add_argument("--head", default="0,0,0", metavar="YAW,PITCH,ROLL", help="degrees, as in --head=-20,5,0")
    render.add_argument("--size", default="480x640", metavar="WxH")
    render.add_argument("--scale", type=_positive, default=1.0)
    render.add_argument("--background", metavar="ID|none")
    render.add_argument("--output", type=Path, required=True, metavar="X.png")


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e6:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


if __name__ == "__main__":
    sys.exit(main())
