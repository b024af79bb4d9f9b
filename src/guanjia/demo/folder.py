"""The folder of a demo: its keys, its database, what its README says."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection

from guanjia.demo.build import Progress, build, is_whole
from guanjia.demo.logins import PASSWORD, Login
from guanjia.kernel.text import gettext_noop as _

UNFINISHED = "unfinished.sqlite3"
#: How a file of SQLite and what lies beside it are called.
BESIDE = ("", "-wal", "-shm")


class NotEmpty(Exception):
    """The database holds something that is no finished demo: a message id."""

    def __init__(self) -> None:
        super().__init__(_("The database already holds something that is no finished demo. Give an empty one."))


def prepare(*, seed: int, scale: float, at: datetime, progress: Progress) -> bool:
    """Build the demo of the present settings where it is not whole yet; whether it was built now. Interrupted, it
    begins anew: what is unfinished never has the name of a district's database."""
    if connection.vendor != "sqlite":
        return _prepare_in_place(seed, scale, at, progress)
    final = Path(connection.settings_dict["NAME"])
    if final.exists():
        if not is_whole():
            raise NotEmpty
        return False
    unfinished = final.with_name(UNFINISHED)
    _remove(unfinished)
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    with _named(unfinished):
        logins = _fill(seed, scale, at, progress)
    for end in BESIDE[1:]:
        unfinished.with_name(UNFINISHED + end).unlink(missing_ok=True)
    unfinished.rename(final)
    write_readme(final.with_name("README.txt"), logins)
    return True


class _named:
    """The connection works on another file meanwhile."""

    def __init__(self, path: Path) -> None:
        self._path, self._own = path, connection.settings_dict["NAME"]

    def __enter__(self) -> None:
        connection.close()
        connection.settings_dict["NAME"] = self._path

    def __exit__(self, *error: object) -> None:
        connection.close()
        connection.settings_dict["NAME"] = self._own


def _remove(path: Path) -> None:
    for end in BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)


def _prepare_in_place(seed: int, scale: float, at: datetime, progress: Progress) -> bool:
    tables = connection.introspection.table_names()
    if "registry_stamp" in tables and is_whole():
        return False
    if "registry_place" in tables:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM registry_place")
            if cursor.fetchone()[0]:
                raise NotEmpty
    logins = _fill(seed, scale, at, progress)
    write_readme(Path(settings.DIR) / "README.txt", logins)
    return True


def _fill(seed: int, scale: float, at: datetime, progress: Progress) -> list[Login]:
    progress.stage(_("Tables"), 1)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    progress.done(1)
    return build(seed=seed, scale=scale, at=at, district=settings.GUANJIA_DISTRICT_NAME, progress=progress)


def collect_static() -> bool:
    """Hashed and compressed copies of the styles and scripts, where they are missing or older than what they are made
    of."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists() and manifest.stat().st_mtime >= _newest_source():
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    return True


def _newest_source() -> float:
    files = (storage.path(name) for finder in get_finders() for name, storage in finder.list([]))
    return max((Path(path).stat().st_mtime for path in files), default=0.0)


def write_readme(path: Path, logins: list[Login]) -> None:
    rows = "\n".join(f"  {one.username:24}{one.name}  {one.unit}".rstrip() for one in logins)
    path.write_text(
        f"""这是管家的演示区，所有的人、地址、单位和诉求都是虚构的。
This is a demo district of guanjia. All people, addresses, units and requests are invented.

登录名 / user names（密码都是 / all with the password {PASSWORD}）：

{rows}

演示台 / backstage:           地址后加 /demo/（短信也写在 sms.log）/ add /demo/ (messages: sms.log, too)
再次启动 / start again:       guanjia demo --dir {path.parent}
重新生成 / make it anew:      删除本文件夹后再运行 / delete this folder and run it again
密钥 / keys:                  district.env（只用于演示 / for this demo alone）
""",
        "utf-8",
    )
