"""dev.py: steps run when they must, and a refusal is a sentence."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import dev
from tools.sources import ROOT


@pytest.fixture
def stamps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(dev, "STAMPS", tmp_path / "stamps")
    return tmp_path / "stamps"


def run_step(done: list[str], made_from: str, *outputs: Path) -> None:
    dev.step("assets", "front-end assets", made_from, outputs, lambda: done.append(made_from))


def test_a_step_runs_once_for_the_same_inputs(stamps: Path) -> None:
    done: list[str] = []
    for made_from in ("one", "one", "two", "two", "one"):
        run_step(done, made_from)
    assert done == ["one", "two", "one"]


def test_a_step_runs_again_when_its_output_is_gone(stamps: Path, tmp_path: Path) -> None:
    done: list[str] = []
    run_step(done, "one", tmp_path / "dist")
    run_step(done, "one", tmp_path / "dist")
    assert done == ["one", "one"]


def test_a_step_that_failed_is_not_taken_for_done(stamps: Path) -> None:
    def fail() -> None:
        raise dev.Stop("no network")

    done: list[str] = []
    run_step(done, "one")
    with pytest.raises(dev.Stop):
        dev.step("assets", "front-end assets", "two", [], fail)
    run_step(done, "one")
    assert done == ["one", "one"]


def test_a_fingerprint_sees_contents_and_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    file = tmp_path / "a.css"
    seen = set()
    for name, text in (("a.css", "x"), ("a.css", "y"), ("b.css", "y")):
        file = file.rename(tmp_path / name) if file.exists() else file
        file.write_text(text)
        seen.add(dev.fingerprint(tmp_path))
    assert len(seen) == 3


def test_an_environment_without_ensurepip_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "PYTHON", tmp_path / "bin/python")
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(dev.Stop, match="apt install python3-venv"):
        dev.make_environment()


@pytest.mark.parametrize(("words", "sentence"), [(["fly"], "no command 'fly'"), (["run"], "Say which command")])
def test_a_wrong_call_is_a_sentence_and_exit_code_1(words: list[str], sentence: str) -> None:
    line = [sys.executable, str(ROOT / "dev.py"), *words]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert (done.returncode, sentence in done.stderr, done.stdout) == (1, True, "")


@pytest.mark.parametrize("file", ["dev.py", "tools/services.py"])
def test_the_starter_needs_nothing_but_python(file: str) -> None:
    nodes = list(ast.walk(ast.parse((ROOT / file).read_text("utf-8"))))
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in modules} - {*sys.stdlib_module_names, "tools"} == set()
