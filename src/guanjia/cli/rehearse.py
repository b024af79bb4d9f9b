"""`guanjia playbook rehearse`: the past cases of a programme under a changed playbook. Loaded once a district has been
entered."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import click
from django.utils.timezone import localdate, now
from rich import box
from rich.console import Console
from rich.table import Table

from guanjia.cases import rehearsal
from guanjia.cases.queries.rehearsed import Findings, findings
from guanjia.cases.rehearsal import Plan
from guanjia.cli import district, speech
from guanjia.cli.playbook import print_faults
from guanjia.cli.progress import bar
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook import loader
from guanjia.playbook.faults import PlaybookError
from guanjia.playbook.schema import Text
from guanjia.playbook.stories import Exceptions
from guanjia.playbook.tally import Load, Tally

#: Days that are rehearsed where none are named.
PERIOD = timedelta(days=90)
Stretch = tuple[int, int]


def run(
    programme: str,
    source: str,
    *,
    since: date | None,
    until: date | None,
    calendar: Path | None,
    processes: int | None,
    keep: Path | None,
    as_json: bool,
) -> None:
    """`source`: the text of the changed playbook, which makes sense."""
    at = now()
    last = until or localdate(at)
    days = _days(calendar) if calendar is not None else Exceptions()
    plan = rehearsal.plan(SYSTEM, programme, source, since=since or last - PERIOD, until=last, at=at, days=days)
    found = findings(plan, _counted(plan, processes or os.cpu_count() or 1, keep))
    if as_json:
        click.echo(json.dumps(found.as_data(), ensure_ascii=False, indent=2))
    else:
        _show(speech.out(), found)


def _days(path: Path) -> Exceptions:
    try:
        return loader.read_file(path, Exceptions).value
    except PlaybookError as error:
        print_faults(error.faults)
        raise SystemExit(1) from None


# Counting


def _counted(plan: Plan, processes: int, keep: Path | None) -> Tally:
    """The tally of all stretches, added up in their order: the same however many processes counted."""
    done = _kept(plan, keep)
    waiting = [stretch for stretch in plan.stretches if stretch not in done]
    with bar(plan.programme) as told:
        total = sum(tally.cases for tally in done.values())
        told(total, plan.cases)
        for stretch, tally in _count(plan, waiting, min(processes, len(waiting))):
            done[stretch] = tally
            total += tally.cases
            told(total, plan.cases)
            if keep is not None:
                with keep.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([*stretch, tally.dump()]) + "\n")
    whole = Tally()
    for stretch in plan.stretches:
        whole.merge(done[stretch])
    return whole


def _kept(plan: Plan, keep: Path | None) -> dict[Stretch, Tally]:
    """What an earlier run of the same plan has counted. A line that was cut off is counted again."""
    if keep is None:
        return {}
    lines = keep.read_text("utf-8").splitlines() if keep.exists() else []
    if not lines or lines[0] != plan.fingerprint:
        keep.write_text(plan.fingerprint + "\n", "utf-8")
        return {}
    done = {}
    for line in lines[1:]:
        try:
            first, last, data = json.loads(line)
        except ValueError:
            continue
        done[first, last] = Tally.load(data)
    keep.write_text(
        "\n".join([plan.fingerprint, *(json.dumps([*one, tally.dump()]) for one, tally in done.items())]) + "\n",
        "utf-8",
    )
    return done


def _count(plan: Plan, waiting: Sequence[Stretch], processes: int) -> Iterator[tuple[Stretch, Tally]]:
    if processes < 2:
        yield from ((stretch, rehearsal.count(plan, stretch)) for stretch in waiting)
        return
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=district.enter, initargs=(None,))
    with pool:
        running = {pool.submit(rehearsal.count, plan, stretch): stretch for stretch in waiting}
        try:
            for ended in as_completed(running):
                yield running.pop(ended), ended.result()
        finally:
            pool.shutdown(cancel_futures=True)


# Showing


def _show(console: Console, found: Findings) -> None:
    tally, say = found.tally, speech.say
    console.print(
        say(
            _("%(count)s cases from %(since)s on, as they stood at %(horizon)s"),
            count=f"{tally.cases:,}",
            since=found.plan.since,
            horizon=f"{found.plan.horizon.astimezone():%Y-%m-%d %H:%M}",
        ),
        style="bold",
    )
    if found.unchanged:
        console.print(say(_("Nothing would have been different.")))
        return
    _rows(
        console,
        "",
        (_("Cases"), _("Before"), _("After")),
        [
            (say(_("Took another course")), "", f"{tally.changed:,}"),
            (say(_("Late")), f"{tally.late_before:,}", f"{tally.late_after:,}"),
            (say(_("Late only under the changed rules")), "", f"{tally.newly_late_count:,}"),
            (say(_("No longer late")), f"{tally.relieved_count:,}", ""),
            (say(_("Climbed by themselves")), _sum(tally.climbs_before), _sum(tally.climbs_after)),
            (say(_("Stewards above the limit")), f"{found.over_before:,}", f"{found.over_after:,}"),
        ],
    )
    _rows(
        console,
        _("Limits"),
        (_("Tier"), _("Limit"), _("Ran before"), _("after"), _("Missed before"), _("after"), _("Earlier"), _("Later")),
        [
            (_tier(row.tier), say(row.kind), *(f"{getattr(row.moved, name):,}" for name in row.moved.__slots__))
            for row in found.clocks
        ],
    )
    _rows(
        console,
        _("Whose load would change most"),
        (_("Who"), _("Cases before"), _("after"), _("Most at once before"), _("after")),
        [(row.name, *(f"{one:,}" for one in _load(row.load))) for row in found.holders],
    )
    _rows(
        console,
        _("What the changed rules would not have allowed"),
        (_("Act"), _("How often"), _("Why")),
        [(say(row.verb), f"{row.count:,}", row.why.in_general(say)) for row in found.refused],
    )
    for title, numbers in ((_("Newly late, first of all"), found.newly_late), (_("No longer late"), found.relieved)):
        if numbers:
            console.print(f"{say(title)}  {'  '.join(numbers[:10])}")


def _rows(console: Console, title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        return
    table = Table(title=speech.say(title) or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for position, heading in enumerate(headings):
        numeric = position > 0 and rows[0][position].replace(",", "").isdigit()
        table.add_column(speech.say(heading), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _load(load: Load) -> tuple[int, ...]:
    return load.cases_before, load.cases_after, load.peak_before, load.peak_after


def _sum(counts: Counter[str]) -> str:
    return f"{counts.total():,}"


def _tier(tier: Text | str | None) -> str:
    if tier is None:
        return speech.say(_("Desk"))
    return tier.in_(speech.language()) if isinstance(tier, Text) else tier
