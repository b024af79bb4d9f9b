"""How one behaves under a programme: the rules of conduct that its playbook gives to whoever works for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from guanjia.console.viewmodels.rows import said
from guanjia.playbook.schema import Playbook
from guanjia.programmes import queries as programmes


@dataclass(frozen=True, slots=True)
class Conduct:
    programme: str
    rules: Sequence[str]


def conduct_of(playbook: Playbook) -> Conduct:
    return Conduct(said(playbook.playbook.name), [said(rule) for rule in playbook.playbook.conduct])


def conduct_in(programme_ids: Collection[int]) -> list[Conduct]:
    """Of those of the programmes that run and have rules, in the order in which they were adopted. No query."""
    running = [one.pk for one in programmes.running() if one.pk in programme_ids]
    found = [conduct_of(programmes.current_playbook(id)) for id in running]
    return [one for one in found if one.rules]
