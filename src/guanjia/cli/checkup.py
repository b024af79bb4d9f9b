"""The checks of `guanjia doctor`: each looks at one thing and says how it is."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.utils.timezone import localdate

from guanjia.cases.models import Received
from guanjia.cli import tables
from guanjia.config.schedule import HEARTBEAT
from guanjia.kernel.actor import Role
from guanjia.kernel.models import OutboxMessage
from guanjia.kernel.text import gettext_noop as _
from guanjia.programmes import queries as programmes
from guanjia.registry.models import CalendarYear, Officer, Post, Stamp

#: Bytes of free disk below which it is a warning, and an error.
FEW, TOO_FEW = 5 * 1024**3, 512 * 1024**2
SILENT = timedelta(seconds=90)
LONG_SECRET = 40
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
CHINESE_FONTS = ("*CJK*", "*[Ss]ource[Hh]an*", "*wqy*", "*simsun*", "*SimSun*", "*FangSong*", "*simfang*")


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` and `mend` are message ids, filled with `params`. `level`: "ok", "warning" or "error"."""

    check: str
    level: str
    what: str
    mend: str = ""
    params: dict[str, Any] = field(default_factory=dict)


def findings() -> list[Finding]:
    """Where the database cannot be used, what needs it is left out."""
    found = [*_settings(), *_database()]
    usable = not any(one.level == "error" and one.check == "database" for one in found)
    for check in (_keys, _calendar, _people, _worker, _received, _messages) if usable else ():
        found += check()
    return [*found, *_storage(), *_assets(), *_fonts()]


def _settings() -> Iterator[Finding]:
    faults = []
    if settings.DEBUG:
        mend = _("Remove GUANJIA_DEBUG: error pages show settings and code to everybody.")
        faults.append(Finding("settings", "error", _("Debugging is switched on."), mend))
    if len(settings.SECRET_KEY) < LONG_SECRET:
        mend = _("Set GUANJIA_SECRET_KEY to fifty random characters.")
        faults.append(Finding("settings", "error", _("The secret key is short."), mend))
    if not settings.DEMO and not settings.HTTPS:
        mend = _("Set GUANJIA_PUBLIC_URL to the https address by which people come.")
        faults.append(Finding("settings", "warning", _("Pages are not served by HTTPS."), mend))
    if not settings.DEMO and not settings.GUANJIA_STAFF_MFA:
        mend = _("Set GUANJIA_STAFF_MFA=1.")
        faults.append(Finding("settings", "warning", _("Staff see people's data without a second factor."), mend))
    yield from faults or [Finding("settings", "ok", _("The settings are in order."))]


def _database() -> Iterator[Finding]:
    try:
        found = tables.standing()
    except DatabaseError as error:
        mend = _("Check that it runs and that the settings GUANJIA_DB_… or --dir name it rightly.")
        yield Finding(
            "database", "error", _("The database cannot be reached: %(why)s"), mend, {"why": str(error).strip()}
        )
        return
    if not found.current:
        yield _behind(found)
        return
    if connection.vendor == "sqlite":
        yield from _sqlite()
    yield Finding(
        "database", "ok", _("The database (%(vendor)s) answers and is up to date."), "", {"vendor": connection.vendor}
    )


def _behind(found: tables.Standing) -> Finding:
    if found.unknown:
        what = _("The tables are of a newer version than the installed one: it does not know %(first)s.")
        mend = _("Install the newer version, or restore a backup from before it.")
        return Finding("database", "error", what, mend, {"first": found.unknown[0]})
    if found.waiting:
        mend = _("Make a backup, then run `guanjia migrate`.")
        what = _("%(count)s changes of the tables are missing.")
        return Finding("database", "error", what, mend, {"count": len(found.waiting)})
    mend = _("Run `guanjia migrate`: the limit of sign-in attempts counts in it.")
    return Finding("database", "error", _("The table of the shared cache is missing."), mend)


def _sqlite() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        (mode,) = cursor.fetchone()
        cursor.execute("PRAGMA synchronous")
        (synchronous,) = cursor.fetchone()
    if mode != "wal":
        mend = _("Put the folder on a local disk: a network share cannot hold it.")
        yield Finding("journal", "error", _("The journal mode is %(mode)s, not wal."), mend, {"mode": mode})
    elif synchronous < 2:
        mend = _("Remove whatever sets `synchronous` of SQLite to less than FULL.")
        yield Finding("journal", "error", _("What is acknowledged could be lost in a power cut."), mend)
    else:
        yield Finding("journal", "ok", _("What is acknowledged survives a power cut."))


def _keys() -> Iterator[Finding]:
    try:
        names = list(Officer.objects.exclude(mobile_index="").values_list("mobile", flat=True)[:3])
    except ImproperlyConfigured as error:
        mend = _("Put the missing key back into GUANJIA_DATA_KEYS, behind the newest one.")
        yield Finding("keys", "error", _("Stored data cannot be read: %(why)s"), mend, {"why": str(error)})
    except ValueError:
        mend = _("The key has the right name and the wrong content, or the data was altered: compare with your backup.")
        yield Finding("keys", "error", _("Stored data does not open with its key."), mend)
    else:
        text = _("The keys open what is stored.") if names else _("Nothing is encrypted yet.")
        yield Finding("keys", "ok", text)


def _calendar() -> Iterator[Finding]:
    published = set(CalendarYear.objects.filter(published=True).values_list("year", flat=True))
    year = localdate(datetime.now(UTC)).year
    if year not in published:
        mend = _("Load the State Council's notice: every date of this year is estimated until then.")
        yield Finding("calendar", "error", _("The notice of days off for %(year)s is missing."), mend, {"year": year})
    if year + 1 not in published:
        mend = _(
            "It comes out in November; load it then. Dates beyond the New Year are marked as estimated until then."
        )
        yield Finding(
            "calendar", "warning", _("The notice of days off for %(year)s is missing."), mend, {"year": year + 1}
        )
    elif year in published:
        yield Finding("calendar", "ok", _("The days off are known to the end of %(year)s."), "", {"year": year + 1})


def _people() -> Iterator[Finding]:
    """Whether a case can get into somebody's hands at all."""
    at = datetime.now(UTC)
    running = programmes.running()
    if not running:
        yield Finding(
            "programmes",
            "warning",
            _("No playbook is adopted: nobody can ask for anything."),
            _("Adopt one as administrator."),
        )
    for programme in running:
        cover = programmes.coverage(programme.pk, at=at)
        gaps = cover.count("no_steward") + cover.count("no_stand_in")
        if gaps:
            mend = _("Open the programme's page and share out.")
            params = {"key": programme.key, "count": gaps}
            yield Finding(
                "programmes", "warning", _("%(key)s: %(count)s are without steward or stand-in."), mend, params
            )
        else:
            params = {"key": programme.key, "count": cover.enrolled}
            yield Finding("programmes", "ok", _("%(key)s: all %(count)s have steward and stand-in."), "", params)
    if running and not Post.objects.filter(role=Role.DISPATCHER, valid_to__isnull=True).exists():
        mend = _("Give somebody a dispatcher's post for the whole district.")
        yield Finding("programmes", "error", _("There is no dispatch desk: no request can be taken in."), mend)


def _worker() -> Iterator[Finding]:
    beat = Stamp.objects.filter(pk=HEARTBEAT).values_list("version", flat=True).first()
    age = datetime.now(UTC) - datetime.fromisoformat(beat) if beat else None
    if age is not None and age < SILENT:
        yield Finding("worker", "ok", _("The worker is alive."))
        return
    mend = _("Start `guanjia worker` (or `guanjia serve`): without it no clock rings and no message goes out.")
    # A demo runs only while somebody looks at it.
    level = "warning" if settings.DEMO else "error"
    yield Finding("worker", level, _("No worker has been seen since %(moment)s."), mend, {"moment": beat or "–"})


def _messages() -> Iterator[Finding]:
    failing = OutboxMessage.objects.exclude(error="")
    given_up, retried = failing.filter(next_try_at__isnull=True), failing.filter(next_try_at__isnull=False)
    for rows, level, what in (
        (given_up, "error", _("%(count)s messages between rooms were given up; the last: %(why)s")),
        (retried, "warning", _("%(count)s messages between rooms fail and are tried again; the last: %(why)s")),
    ):
        last = rows.order_by("-id").first()
        if last is not None:
            mend = _("Mend the cause; the log of the worker shows all of it (topic %(topic)s).")
            params = {"count": rows.count(), "why": last.error[:200], "topic": last.topic}
            yield Finding("messages", level, what, mend, params)
    if not failing.exists():
        yield Finding("messages", "ok", _("No message between rooms fails."))


def _received() -> Iterator[Finding]:
    failing = Received.objects.exclude(error="")
    if (last := failing.order_by("-id").first()) is not None:
        what = _("%(count)s requests were received and cannot be registered; the last: %(why)s")
        mend = _("Mend the cause: they are tried again by themselves. The log of the worker shows all of it.")
        yield Finding("received", "error", what, mend, {"count": failing.count(), "why": last.error[:200]})
        return
    yield Finding("received", "ok", _("Every request that was received is registered, or about to be."))


def _storage() -> Iterator[Finding]:
    folder = Path(settings.MEDIA_ROOT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
    except OSError as error:
        mend = _("Let the user that runs guanjia write there.")
        yield Finding(
            "storage",
            "error",
            _("Photos cannot be stored in %(folder)s: %(why)s"),
            mend,
            {"folder": folder, "why": error.strerror},
        )
        return
    free = shutil.disk_usage(folder).free
    level = "error" if free < TOO_FEW else "warning" if free < FEW else "ok"
    mend = _("Make room, or move the district to a larger disk.")
    yield Finding("storage", level, _("%(free).1f GB are free."), mend, {"free": free / 1024**3})


def _assets() -> Iterator[Finding]:
    if settings.DEBUG or (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        yield Finding("assets", "ok", _("Styles and scripts are in place."))
        return
    mend = _("Run `guanjia migrate`.")
    yield Finding("assets", "error", _("Styles and scripts were not collected: pages cannot be shown."), mend)


def _fonts() -> Iterator[Finding]:
    if _knows_chinese():
        yield Finding("fonts", "ok", _("There is a Chinese font."))
        return
    mend = _(
        "Install one, such as fonts-noto-cjk: printed papers show squares without it. Screens use the reader's own "
        "fonts."
    )
    yield Finding("fonts", "warning", _("This machine has no Chinese font."), mend)


def _knows_chinese() -> bool:
    if shutil.which("fc-list"):
        listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
        return bool(listed.stdout.strip())
    folders = (Path(one).expanduser() for one in FONT_FOLDERS)
    return any(next(folder.rglob(name), None) for folder in folders if folder.is_dir() for name in CHINESE_FONTS)
