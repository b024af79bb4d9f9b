#!/usr/bin/env python3
"""The one way to set up, try, test and build guanjia. Needs Python 3.11 or newer and nothing else.

    python3 dev.py setup                 an environment in .venv with everything for development
    python3 dev.py demo [OPTION …]       set up what is needed, then `guanjia demo OPTION …`
    python3 dev.py test [ARGUMENT …]     lint, tests on SQLite, tests on PostgreSQL; arguments go to pytest
    python3 dev.py test --fast [ARG …]   the tests that need neither a browser nor a second, on SQLite
    python3 dev.py lint                  ruff, mypy, import-linter, budgets
    python3 dev.py run COMMAND …         any command inside the environment
    python3 dev.py build                 a wheel in dist/ that carries the built assets
    python3 dev.py lock [--upgrade]      write the lock files anew from pyproject.toml and package.json

Each command sets up only what it needs. A step runs again only when what it is made from has changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from tools import services

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMPS = VENV / "stamps"
LOCKS = ROOT / "requirements"
DIST = ROOT / "src/guanjia/ui/static/dist"
#: Of the demo, an SQLite file whatever the tests run on.
DEMO_TESTS = ("src/guanjia/demo/tests/test_sameness.py", "src/guanjia/cli/tests/test_running.py")

#: What each command installs, by the names of the lock files.
TO_RUN = ("run", "build")
TO_DEVELOP = ("run", "build", "test")


class Stop(Exception):
    """A sentence for the person at the keyboard; ends the command with exit code 1."""


# --- running commands ---


def environment() -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    env["VIRTUAL_ENV"] = str(VENV)
    env["PATH"] = os.pathsep.join([str(BIN), env.get("PATH", os.defpath)])
    env["UV_CUSTOM_COMPILE_COMMAND"] = "python3 dev.py lock"
    return env


def command_line(words: Iterable[str | Path]) -> list[str]:
    """The words with the program's full path: inside the environment first, then the machine's."""
    program, *rest = map(str, words)
    found = shutil.which(program, path=environment()["PATH"])
    if found is None:
        raise Stop(f"There is no command {program!r} in {BIN} or on this machine.")
    return [found, *rest]


def call(*words: str | Path) -> None:
    """Run a step of the set-up, its output on stderr: stdout belongs to the command that was asked for."""
    line = command_line(words)
    code = subprocess.call(line, cwd=ROOT, env=environment(), stdout=sys.stderr)
    if code:
        raise Stop(f"`{shlex.join(map(str, words))}` ended with {code}; its own message stands above.")


def become(words: list[str]) -> int:
    """End as the command itself, so that its exit code, its signals and Ctrl-C are its own."""
    line = command_line(words)
    if os.name == "nt":
        with contextlib.suppress(KeyboardInterrupt):
            return subprocess.call(line, env=environment())
        return 130
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(line[0], line, environment())


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# --- steps that run again only when needed ---


def fingerprint(*paths: Path) -> str:
    """One hash over the names and contents of files and of whole folders."""
    files = [file for path in paths for file in ([path] if path.is_file() else sorted(path.rglob("*")))]
    digest = hashlib.sha256()
    for file in files:
        if file.is_file():
            digest.update(f"{file.relative_to(ROOT).as_posix()}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def step(name: str, title: str, made_from: str, outputs: Iterable[Path], work: Callable[[], None]) -> None:
    """Do the work unless its stamp says that it was done from the same inputs and its outputs exist."""
    stamp = STAMPS / name
    if stamp.exists() and stamp.read_text() == made_from and all(path.exists() for path in outputs):
        return
    say(f"→ {title}")
    begun = time.monotonic()
    stamp.unlink(missing_ok=True)
    work()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(made_from)
    say(f"  done in {time.monotonic() - begun:.1f} s")


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two terminals may call dev.py at once; the second waits, so that they don't share half-made files."""
    if fcntl is None:
        yield
        return
    VENV.mkdir(exist_ok=True)
    with (VENV / "dev.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another dev.py is setting up this folder; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_environment() -> None:
    if not PYTHON.exists():
        if importlib.util.find_spec("ensurepip") is None:
            raise Stop(
                f"{sys.executable} cannot make virtual environments: Debian packages ensurepip apart.\n"
                "Install it with `apt install python3-venv`, then call this again."
            )
        shutil.rmtree(STAMPS, ignore_errors=True)  # of an environment whose Python is gone
        call(sys.executable, "-m", "venv", VENV)
    install = ("install", "--quiet", "--disable-pip-version-check", "--require-hashes")
    call(PYTHON, "-m", "pip", *install, "-r", LOCKS / "tool.lock")


def install_project() -> None:
    """Editable: the environment's `guanjia` runs the files in src/ as they are."""
    call("uv", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ROOT)


def install_node_packages() -> None:
    call("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")


def prepare(groups: tuple[str, ...]) -> None:
    """Everything that a command needs before it starts. All stamps fresh: about a fifth of a second."""
    begun = time.monotonic()
    node = [ROOT / "package.json", ROOT / "package-lock.json"]
    catalogues = sorted((ROOT / "src").glob("guanjia/*/locale/*/LC_MESSAGES/*.po"))
    compiled = [path.with_suffix(".mo") for path in catalogues]
    with one_at_a_time():
        step("environment", "environment in .venv", fingerprint(LOCKS / "tool.lock"), [PYTHON], make_environment)
        for group in groups:
            lock = LOCKS / f"{group}.lock"
            install = partial(call, "uv", "pip", "install", "--require-hashes", "-r", lock)
            step(f"packages-{group}", f"packages to {group}", fingerprint(lock), [], install)
        project = fingerprint(ROOT / "pyproject.toml", ROOT / "src/guanjia/__init__.py")
        step("project", "guanjia itself", project, [], install_project)
        step("node", "front-end packages", fingerprint(*node), [ROOT / "node_modules"], install_node_packages)
        assets = fingerprint(*node, ROOT / "assets")
        step("assets", "front-end assets", assets, [DIST], partial(call, "npm", "run", "build"))
        compile_texts = partial(call, "python", "tools/messages.py", "--compile")
        step("texts", "translations", fingerprint(*catalogues), compiled, compile_texts)
    spent = time.monotonic() - begun
    if spent > 1:
        say(f"Ready after {spent:.0f} s.")


# --- the commands ---


def setup(arguments: list[str]) -> int:
    prepare(TO_DEVELOP)
    say("Set up. Next: `python3 dev.py demo`, or `python3 dev.py test --fast`.")
    return 0


def demo(arguments: list[str]) -> int:
    prepare(TO_RUN)
    return become(["guanjia", "demo", *arguments])


def run(arguments: list[str]) -> int:
    if not arguments:
        raise Stop("Say which command: python3 dev.py run COMMAND …")
    prepare(TO_RUN)
    return become(arguments)


CHECKS = {
    "ruff": ["ruff", "check"],
    "format": ["ruff", "format", "--check"],
    "mypy": ["mypy"],
    "layers": ["lint-imports"],
    "budgets": ["python", "-m", "tools.budgets"],
}


def failed_checks() -> list[str]:
    failed = []
    for name, words in CHECKS.items():
        print(f"→ {shlex.join(words)}", flush=True)
        if subprocess.call(command_line(words), cwd=ROOT, env=environment()):
            failed.append(name)
    return failed


def lint(arguments: list[str]) -> int:
    prepare(TO_DEVELOP)
    failed = failed_checks()
    print(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


def pytest(database: str, arguments: list[str], **settings: str) -> int:
    """Two workers. The last line printed is pytest's own. A choice of tests may be empty on PostgreSQL."""
    print(f"→ pytest on {database}", flush=True)
    # The architecture tests read files, a playbook knows of no database, and a browser looks at pages.
    elsewhere = ["tests/architecture", "src/guanjia/playbook", *DEMO_TESTS]
    left_out = [*(f"--ignore={path}" for path in elsewhere), "-m", "not browser"] if database == "postgres" else []
    words = command_line(["python", "-m", "pytest", "-n", "2", "--dist", "worksteal", *left_out, *arguments])
    code = subprocess.call(words, cwd=ROOT, env=environment() | {"GUANJIA_TEST_DB": database} | settings)
    nothing_chosen = code == 5 and arguments and database == "postgres"
    return 0 if nothing_chosen else code


def test(arguments: list[str]) -> int:
    """Everything is run whatever failed before, so that one call shows all that is wrong."""
    prepare(TO_DEVELOP)
    if "--fast" in arguments:
        arguments.remove("--fast")
        return pytest("sqlite", ["-m", "not slow and not browser", *arguments])
    services.ensure_browser()
    failed = failed_checks()
    if pytest("sqlite", arguments):
        failed.append("tests on SQLite")
    with services.postgres() as settings:
        if failed:
            print(f"Failed so far: {', '.join(failed)}.", flush=True)
        if pytest("postgres", arguments, **settings):
            failed.append("tests on PostgreSQL")
    return 1 if failed else 0


def build(arguments: list[str]) -> int:
    prepare(TO_RUN)
    call("python", "-m", "hatchling", "build", "-t", "wheel")
    wheel = max((ROOT / "dist").glob("guanjia-*.whl"), key=lambda path: path.stat().st_mtime)
    names = zipfile.ZipFile(wheel).namelist()
    for needed in ("ui/static/dist/", ".mo"):
        if not any(needed in name for name in names):
            raise Stop(f"{wheel.name} carries no {needed}; remove {STAMPS} and build again.")
    shutil.copy(LOCKS / "run.lock", wheel.with_suffix(".lock"))
    say("On the server, in a virtual environment (Node and npm are not needed):")
    say(f"  pip install --require-hashes -r {wheel.stem}.lock && pip install --no-deps {wheel.name}")
    print(wheel.relative_to(ROOT))
    return 0


def lock(arguments: list[str]) -> int:
    """Lock files name versions and hashes, and no registry: every site has its own mirror."""
    step("environment", "environment in .venv", fingerprint(LOCKS / "tool.lock"), [PYTHON], make_environment)
    sources = {
        "tool": ["--group", "tool"],
        "run": ["pyproject.toml"],
        "build": ["--group", "build", "-c", "requirements/run.lock"],
        "test": ["--group", "test", "-c", "requirements/run.lock", "-c", "requirements/build.lock"],
    }
    flags = ["--universal", "--generate-hashes", "--no-annotate", "--python-version", "3.11", "--quiet"]
    for name, source in sources.items():
        call("uv", "pip", "compile", *flags, *arguments, *source, "-o", f"requirements/{name}.lock")
    call("uv", "pip", "install", "--quiet", "--require-hashes", "-r", LOCKS / "build.lock")
    npm = "update" if "--upgrade" in arguments else "install"
    call("npm", npm, "--package-lock-only", "--ignore-scripts")
    return 0


COMMANDS = {command.__name__: command for command in (setup, demo, test, lint, run, build, lock)}


def main(words: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - started by whatever python3 is
        raise Stop(f"guanjia needs Python 3.11 or newer; this is {sys.version.split()[0]} ({sys.executable}).")
    name, *arguments = words or ["--help"]
    if name in ("--help", "-h", "help"):
        print(__doc__)
        return 0
    if name not in COMMANDS:
        raise Stop(f"There is no command {name!r}. Commands: {', '.join(COMMANDS)}.")
    return COMMANDS[name](arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except (Stop, services.Unavailable) as stop:
        say(f"✗ {stop}")
        sys.exit(1)
