"""A district in one file: what `guanjia backup` writes and `guanjia restore` reads.

A gzipped tar: `manifest.json` first (what was copied, and when), then the database (`district.sqlite3`,
or `district.pgdump` in pg_dump's own format), the media, and only when asked for the keys (`district.env`).
`checksums.json` comes last.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import time
import zlib
from collections.abc import Callable, Generator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.db import connection

from guanjia.cli import speech
from guanjia.kernel.text import gettext_noop as _

MANIFEST, CHECKSUMS = "manifest.json", "checksums.json"
SQLITE, DUMP, MEDIA, KEYS = "district.sqlite3", "district.pgdump", "media", "district.env"
FORMAT = 1
CHUNK = 1024 * 1024
#: Pages of SQLite copied at a time; between two copies writers go on.
PAGES = 2000
Told = Callable[[int, int], None]

SPOILT = _("it is no backup, is cut off, or was altered (%(why)s)")
NO_MANIFEST = _("it does not begin with a manifest")


class BadArchive(Exception):
    """Neither written nor read. `what`: a message id, filled with `params`; the command says it with what to do."""

    def __init__(self, what: str, **params: object) -> None:
        super().__init__(what % params if params else what)
        self.what, self.params = what, params


def reason(error: BadArchive | OSError) -> str:
    """In the reader's language, as far as the system speaks it."""
    if isinstance(error, BadArchive):
        return speech.say(error.what, **error.params)
    return error.strerror or str(error)


def copy_database(folder: Path, told: Told) -> Path:
    """A consistent copy, while the district goes on working."""
    if connection.vendor == "sqlite":
        return _copy_sqlite(folder / SQLITE, told)
    target = folder / DUMP
    _run_pg("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    return target


def _copy_sqlite(target: Path, told: Told) -> Path:
    source = sqlite3.connect(f"file:{settings.DATABASES['default']['NAME']}?mode=ro", uri=True)
    copy = sqlite3.connect(target)
    try:
        source.backup(copy, pages=PAGES, progress=lambda status, left, total: told(total - left, total))
        copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BadArchive(_("the database cannot be copied: %(why)s"), why=error) from error
    finally:
        copy.close()
        source.close()
    return target


def _run_pg(program: str, *words: str) -> None:
    """With the password in the environment, never on the command line. Raises BadArchive."""
    database = settings.DATABASES["default"]
    where = [
        f"--host={database['HOST']}",
        f"--port={database['PORT']}",
        f"--username={database['USER']}",
        f"--dbname={connection.settings_dict['NAME']}",
    ]
    environment = {**os.environ, "PGPASSWORD": str(database["PASSWORD"])}
    if shutil.which(program) is None:
        raise BadArchive(_("%(program)s is not installed: it comes with PostgreSQL's client"), program=program)
    done = subprocess.run([program, *where, *words], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        why = done.stderr.strip()[:500] or str(done.returncode)
        raise BadArchive(_("%(program)s failed: %(why)s"), program=program, why=why)


def load_dump(path: Path) -> None:
    """All of it or nothing: a second try finds the database as empty as the first. A dump does not say how many rows
    there are of each kind; until that is counted some lists take minutes."""
    _run_pg("pg_restore", "--no-owner", "--no-privileges", "--single-transaction", str(path))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def write(target: Path, database: Path, *, manifest: dict[str, Any], keys: Path | None, told: Told) -> None:
    """Raises OSError."""
    media = sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
    members = [(database.name, database)]
    members += [(str(PurePosixPath(MEDIA, *path.relative_to(settings.MEDIA_ROOT).parts)), path) for path in media]
    if keys is not None:
        members.append((KEYS, keys))
    sums: dict[str, str] = {}
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as tar:
            _add_text(tar, MANIFEST, manifest)
            for number, (name, path) in enumerate(members, start=1):
                # A photo that was never sent may be cleared away meanwhile; no request speaks of it.
                with contextlib.suppress(FileNotFoundError):
                    sums[name] = _checksum(path.open("rb"))
                    tar.add(path, arcname=name, recursive=False)
                told(number, len(members))
            _add_text(tar, CHECKSUMS, sums)
        file.flush()
        os.fsync(file.fileno())


def _add_text(tar: tarfile.TarFile, name: str, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1).encode()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(text), 0o600, int(time.time())
    tar.addfile(entry, io.BytesIO(text))


def _checksum(file: IO[bytes]) -> str:
    total = hashlib.sha256()
    with file:
        while part := file.read(CHUNK):
            total.update(part)
    return total.hexdigest()


def members(path: Path) -> Generator[tuple[str, IO[bytes]], None, None]:
    """What the archive holds, one after the other. Raises BadArchive for a file that is none, is cut off, or was
    altered."""
    sums: dict[str, str] = {}
    wanted: dict[str, str] | None = None
    try:
        with tarfile.open(path, "r:gz") as tar:
            for entry in tar:
                file = tar.extractfile(entry)
                if file is None or not _is_ours(entry.name):
                    raise BadArchive(_("it holds %(name)s, which no backup has"), name=entry.name)
                if entry.name == CHECKSUMS:
                    wanted = json.load(file)
                    continue
                total = hashlib.sha256()
                yield entry.name, _Counted(file, total)  # type: ignore[misc]
                sums[entry.name] = total.hexdigest()
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError) as error:
        raise BadArchive(SPOILT, why=error) from error
    sums.pop(MANIFEST, None)
    if wanted != sums:
        raise BadArchive(_("its checksums do not fit what it holds"))


class _Counted:
    """Reads a member and sums it up."""

    def __init__(self, file: IO[bytes], total: Any) -> None:
        self._file, self._total = file, total

    def read(self, size: int = -1) -> bytes:
        try:
            part = self._file.read(size)
        except (EOFError, OSError, zlib.error, tarfile.TarError) as error:
            raise BadArchive(SPOILT, why=error) from error
        self._total.update(part)
        return part


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    if name in (MANIFEST, CHECKSUMS, SQLITE, DUMP, KEYS):
        return True
    return len(parts) > 1 and parts[0] == MEDIA and ".." not in parts


def unpack(path: Path, folder: Path, told: Callable[[int], None]) -> dict[str, Any]:
    """Everything into the folder; the manifest. Raises BadArchive."""
    manifest: dict[str, Any] | None = None
    for number, (name, file) in enumerate(members(path), start=1):
        if name == MANIFEST:
            manifest = _manifest(file)
            continue
        if manifest is None:
            raise BadArchive(NO_MANIFEST)
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            shutil.copyfileobj(file, out, CHUNK)
        if name == KEYS:
            target.chmod(0o600)
        told(number)
    if manifest is None:
        raise BadArchive(NO_MANIFEST)
    return manifest


def manifest_of(path: Path) -> dict[str, Any]:
    """What it says of itself, without reading the rest. Raises BadArchive."""
    with contextlib.closing(members(path)) as found:
        name, file = next(found, ("", None))
        if name != MANIFEST or file is None:
            raise BadArchive(NO_MANIFEST)
        return _manifest(file)


def _manifest(file: IO[bytes]) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(file.read())
    except ValueError as error:
        raise BadArchive(SPOILT, why=error) from error
    if found.get("format") != FORMAT:
        raise BadArchive(_("its format is %(found)s, not %(wanted)s"), found=found.get("format"), wanted=FORMAT)
    return found


def check(path: Path, told: Callable[[int], None], folder: Path) -> dict[str, Any]:
    """Read a written archive back: every checksum, and the database itself opened. Raises BadArchive."""
    manifest = unpack(path, folder, told)
    database = folder / SQLITE
    if database.exists():
        copy = sqlite3.connect(database)
        try:
            (verdict,) = copy.execute("PRAGMA quick_check").fetchone()
            (lines,) = copy.execute("SELECT count(*) FROM cases_event").fetchone()
        except sqlite3.DatabaseError as error:
            raise BadArchive(SPOILT, why=error) from error
        finally:
            copy.close()
        if verdict != "ok" or lines < manifest["lines"]:
            raise BadArchive(
                _("the copied database is not whole (%(verdict)s, %(lines)s lines of %(counted)s)"),
                verdict=verdict,
                lines=lines,
                counted=manifest["lines"],
            )
    return manifest
