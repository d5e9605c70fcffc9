# SPDX-License-Identifier: GPL-3.0-or-later
"""The outline of the house: who may import whom, what is never imported early, and what every file says first."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "desktop_app").rglob("*.py"))
HEAVY = {
    "PySide6", "sounddevice", "ollama", "piper", "faster_whisper", "ctranslate2", "onnxruntime", "onnx", "av",
    "soxr", "torch", "httpx", "huggingface_hub",
}  # fmt: skip


def test_the_import_contracts_hold() -> None:
    contracts = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert contracts.returncode == 0, contracts.stdout


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(ROOT)))
def test_a_module_says_what_it_is_for_and_imports_nothing_heavy_at_once(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    tree = ast.parse(text)

    assert text.startswith("# SPDX-License-Identifier: GPL-3.0-or-later\n")
    assert ast.get_docstring(tree)
    allowed = {"PySide6"} if "ui" in module.parts else set()
    assert not _imported_at_once(tree) & (HEAVY - allowed)


def _imported_at_once(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in tree.body:
        match node:
            case ast.Import(names=aliases):
                names |= {alias.name.partition(".")[0] for alias in aliases}
            case ast.ImportFrom(module=str(source)):
                names.add(source.partition(".")[0])
            case _:
                pass  # `if TYPE_CHECKING:` costs nothing
    return names


def test_the_command_line_starts_without_any_heavy_library() -> None:
    code = "import sys, desktop_app.__main__ as m; m._parser(); print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {name.partition(".")[0] for name in loaded.split()} & HEAVY


def test_telemetry_is_off_before_anything_can_import_onnxruntime() -> None:
    code = "import desktop_app, os; print(os.environ['ORT_DISABLE_TELEMETRY'], os.environ['HF_HUB_DISABLE_TELEMETRY'])"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["1", "1"]


def test_the_lock_holds_hashes_and_no_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    pins = [line for line in lock.splitlines() if line[:1].isalnum()]
    assert len(pins) > 50
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert not (ROOT / "uv.lock").exists() or "uv.lock" in (ROOT / ".gitignore").read_text(encoding="utf-8")
