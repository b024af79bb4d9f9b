"""What people read: messages on verbs that exist, with words that can be filled in, in two languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

from pydantic import BaseModel

from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.checks.table import check, unknown
from guanjia.playbook.faults import Fault
from guanjia.playbook.lifecycle import decide  # noqa: F401  enters the verbs
from guanjia.playbook.lifecycle.verbs import verbs
from guanjia.playbook.loader import Source
from guanjia.playbook.schema import Playbook, Text
from guanjia.playbook.vocabulary import PLACEHOLDERS

_CHINESE = re.compile(r"[\u3400-\u9fff]")

#: Verbs that send a message; the first line of a case is no verb, since nobody can do it twice.
SENDERS = ("register", *verbs())


@check
def messages_go_with_a_verb(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    seen: dict[tuple[str, str], int] = {}
    for index, message in enumerate(book.messages):
        yield from unknown(source, ("messages", index, "on"), _("There is no verb %(key)s."), message.on, SENDERS)
        first = seen.setdefault((message.on, message.to), index)
        if first != index:
            yield source.fault(
                ("messages", index),
                _("%(to)s gets a message on %(on)s already, by line %(first)s."),
                _("Make one of the two."),
                to=message.to,
                on=message.on,
                first=source.locator.line(("messages", first)),
            )


@check
def messages_can_be_filled_in(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for index, message in enumerate(book.messages):
        named = {}
        for language in ("zh", "en"):
            path = ("messages", index, "text", language)
            try:
                named[language] = _placeholders(getattr(message.text, language))
            except ValueError:
                yield source.fault(
                    path,
                    _("The braces do not match."),
                    _("Write {number}; for a brace itself, write it twice."),
                )
                continue
            for name in sorted(named[language]):
                yield from unknown(source, path, _("Nothing can be put in for {%(key)s}."), name, PLACEHOLDERS)
        if len(named) == 2 and named["zh"] != named["en"]:
            yield source.fault(
                ("messages", index, "text"),
                _("The two languages do not say the same: %(missing)s stands in one only."),
                _("Name it in both."),
                missing=", ".join(f"{{{name}}}" for name in sorted(named["zh"] ^ named["en"])),
            )


#: Of a case that was handed over sealed: who hears of it, and what may be put in. The receiver alone can open it.
_SEALED_WORDS = {"asker": {"number", "district"}, "receiver": {"number", "district", "link"}}


@check
def what_is_sealed_is_told_by_its_number(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for index, message in enumerate(book.messages):
        if message.on != "hand_over":
            continue
        allowed = _SEALED_WORDS.get(message.to)
        if allowed is None:
            yield source.fault(
                ("messages", index, "to"),
                _("Of a case that is handed over sealed only who receives it and who asked may hear."),
                _("Write “receiver” or “asker”, or leave this message out."),
            )
            continue
        for name in sorted(_named(message.text.zh) - allowed):
            yield source.fault(
                ("messages", index, "text", "zh"),
                _("Of a case that is handed over sealed %(to)s may not be told {%(name)s}."),
                _("Name nothing but {number}."),
                to=message.to,
                name=name,
            )


def _named(text: str) -> set[str]:
    """What stands in braces; other checks speak of braces that do not match and of languages that differ."""
    try:
        return _placeholders(text)
    except ValueError:
        return set()


def _placeholders(text: str) -> set[str]:
    """Raises ValueError for braces that do not match."""
    return {name for _literal, name, _spec, _conversion in Formatter().parse(text) if name is not None}


@check
def texts_are_in_their_language(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for path, text in _texts(book, ()):
        if not _CHINESE.search(text.zh):
            yield source.fault((*path, "zh"), _("“%(text)s” is not Chinese."), _("Translate it."), text=text.zh[:40])
        if _CHINESE.search(text.en):
            yield source.fault((*path, "en"), _("“%(text)s” is not English."), _("Translate it."), text=text.en[:40])


def _texts(part: object, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    if isinstance(part, Text):
        yield path, part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _texts(getattr(part, name), (*path, name))
    elif isinstance(part, tuple):
        for index, inner in enumerate(part):
            yield from _texts(inner, (*path, index))
