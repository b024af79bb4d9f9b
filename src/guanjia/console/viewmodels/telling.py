"""Who was told what of a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from guanjia.notices.queries import Sent
from guanjia.playbook.lifecycle.verbs import verbs


@dataclass(frozen=True, slots=True)
class Told:
    """`what`: the verb that it was about, in words."""

    reader: str
    is_asker: bool
    channel_label: str
    state_label: str
    at: datetime
    read_at: datetime | None
    what: str
    reason: str
    error: str


def told(sent: Sequence[Sent]) -> list[Told]:
    return [
        Told(
            reader=one.reader,
            is_asker=one.is_asker,
            channel_label=one.channel_label,
            state_label=one.state_label,
            at=one.at,
            read_at=one.read_at,
            what=_(verbs()[one.verb].label) if one.verb in verbs() else "",
            reason=_(one.reason) if one.reason else "",
            error=one.error,
        )
        for one in sent
    ]
