"""Every text is there in both languages; and the tool that says so sees what is missing, stale or wrong."""

from __future__ import annotations

from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from tools import messages
from tools.sources import PACKAGE

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
TITLE = _("Cases")
LATE = ngettext("%(n)s case is late", "%(n)s cases are late", n) % {"n": n}
VERB = pgettext("verb", "Close")
"""
PAGE = """
<main>
    {% load i18n %}<h1 title="{% trans 'Who holds it' %}">{% blocktranslate trimmed with name=x %}
      Held by
      {{ name }}
    {% endblocktranslate %}</h1>
  {% include "row.html" with label=_("Due") %}
</main>
"""


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    (folder / "templates").mkdir(parents=True)
    (folder / "labels.py").write_text(CODE)
    (folder / "templates/page.html").write_text(PAGE)
    return folder


def translate(room: Path, translations: dict[str, str]) -> None:
    """Write the room's catalogue, with some translation for every text that is not given."""
    wanted = messages.extract(room)
    for entry in wanted.values():
        entry.translation = translations.get(entry.text, "译文")
    messages.write_if_changed(messages.catalogue_path(room), messages.to_po(wanted).encode())


COMPLETE = {"%(n)s case is late": "%(n)s 件已逾期", "Held by %(name)s": "由%(name)s办理"}


def test_all_catalogues_are_complete() -> None:
    problems = messages.check(PACKAGE)
    assert not problems, "\n".join([*problems, "run `python3 dev.py run python tools/messages.py`, then translate"])


def test_django_reads_the_catalogue_of_every_room() -> None:
    read = {Path(app.path) / "locale" for app in apps.get_app_configs()} | {
        Path(path) for path in settings.LOCALE_PATHS
    }
    written = {room / "locale" for room in messages.rooms(PACKAGE) if messages.catalogue_path(room).exists()}
    assert sorted(path.parent.name for path in written - read) == [], "add them to LOCALE_PATHS"


def test_texts_are_found_in_code_and_in_templates(room: Path) -> None:
    assert sorted(messages.extract(room)) == [
        ("", "%(n)s case is late"),
        ("", "Cases"),
        ("", "Due"),
        ("", "Held by %(name)s"),
        ("", "Who holds it"),
        ("verb", "Close"),
    ]


def test_a_complete_catalogue_has_no_faults_and_compiles(room: Path) -> None:
    translate(room, COMPLETE)
    assert messages.check(room.parent) == []
    messages.compile_catalogues(room.parent)
    with messages.catalogue_path(room).with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    assert compiled.ngettext("%(n)s case is late", "%(n)s cases are late", 3) == "%(n)s 件已逾期"
    assert compiled.pgettext("verb", "Close") == "译文"


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"Cases": ""}, "not translated"),
        ({"Held by %(name)s": "由某人办理"}, "placeholders differ"),
        ({"Due": "到期,请办理"}, "half-width punctuation"),
    ],
)
def test_a_wrong_entry_is_named(room: Path, wrong: dict[str, str], fault: str) -> None:
    translate(room, COMPLETE | wrong)
    (problem,) = messages.check(room.parent)
    assert fault in problem


def test_a_text_that_left_the_code_is_stale(room: Path) -> None:
    translate(room, COMPLETE)
    (room / "templates/page.html").unlink()
    assert [problem.split(": ")[1] for problem in messages.check(room.parent)] == ["stale"] * 3


def test_a_message_id_in_chinese_is_refused(room: Path) -> None:
    (room / "labels.py").write_text('from django.utils.translation import gettext as _\n_("台账")')
    translate(room, COMPLETE)
    assert messages.check(room.parent) == ["desk: '台账': message ids are English"]


def test_two_rooms_may_not_translate_one_text_differently(room: Path) -> None:
    translate(room, COMPLETE)
    other = room.parent / "hall"
    other.mkdir()
    (other / "labels.py").write_text('from django.utils.translation import gettext as _\n_("Cases")')
    translate(other, {"Cases": "案件"})
    (problem,) = messages.check(room.parent)
    assert "otherwise" in problem


def test_an_update_keeps_translations_and_adds_empty_ones(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    translate(room, COMPLETE)
    (room / "more.py").write_text('from django.utils.translation import gettext as _\n_("New text")')
    messages.update(room.parent)
    assert messages.read(room)["", "Held by %(name)s"].translation == COMPLETE["Held by %(name)s"]
    assert messages.check(room.parent) == ["desk: 'New text': not translated"]
    assert "7 texts, 1 to translate" in capsys.readouterr().out


def test_an_update_of_an_unchanged_room_changes_no_byte(room: Path) -> None:
    translate(room, COMPLETE)
    before = messages.catalogue_path(room).read_bytes()
    messages.update(room.parent)
    assert messages.catalogue_path(room).read_bytes() == before


def test_an_update_of_one_room_leaves_the_others(room: Path) -> None:
    hall = room.parent / "hall"
    hall.mkdir()
    (hall / "labels.py").write_text(CODE)
    messages.update(room.parent, ["hall"])
    assert (messages.catalogue_path(hall).exists(), messages.catalogue_path(room).exists()) == (True, False)


def test_a_text_that_moves_takes_its_translation_along(room: Path) -> None:
    translate(room, COMPLETE | {"Cases": "事项"})
    hall = room.parent / "hall"
    hall.mkdir()
    (room / "labels.py").rename(hall / "labels.py")
    messages.update(room.parent)
    assert messages.read(hall)["", "Cases"].translation == "事项"
    assert messages.check(room.parent) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("共 %(n)s 件(含逾期),请办理.", "共 %(n)s 件\uff08含逾期\uff09\uff0c请办理。"),
        ("%(who)s:请签收!", "%(who)s\uff1a请签收\uff01"),
        ("每天 08:30-12:00", "每天 08:30-12:00"),
        ("see (%(url)s), please", "see (%(url)s), please"),
    ],
)
def test_punctuation_beside_chinese_is_full_width(typed: str, kept: str) -> None:
    assert messages.full_width(typed) == kept
