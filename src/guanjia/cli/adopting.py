"""`guanjia playbook adopt` and `stop`. Loaded once a district has been entered."""

from __future__ import annotations

from pathlib import Path

from django.utils.timezone import now
from rich.text import Text

from guanjia.cases.queries.under import Under, cases_under
from guanjia.cli import speech
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.text import gettext_noop as _
from guanjia.programmes import actions, queries


def adopt(folder: Path) -> None:
    """Raises programme.bad_playbook."""
    version = actions.adopt(SYSTEM, folder, at=now())
    sentence = _("The programme %(key)s runs under version %(version)s. Open cases keep the version they have.")
    _tell(sentence, key=queries.programme_of(version.pk).key, version=version.version)


def stop(key: str) -> None:
    """Raises not_found, programme.stopped."""
    programme = queries.programme(key)
    actions.stop(SYSTEM, programme.pk, at=now())
    still = cases_under([programme.pk]).get(programme.pk, Under()).open
    _tell(_("The programme %(key)s is stopped. Open cases that go on: %(count)s."), key=key, count=still)


def _tell(sentence: str, **params: object) -> None:
    speech.out().print(Text(speech.say(sentence, **params)))
