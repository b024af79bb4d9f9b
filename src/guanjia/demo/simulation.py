"""All cases told, in order, on as many processors as there are."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.pool import Pool

from guanjia.demo.briefs import Told, World
from guanjia.demo.rows import Batch, batch_of
from guanjia.demo.story import Story

#: Cases that one process tells at a time.
CHUNK = 500
#: Fewer than this are told at once, without other processes.
WORTH_IT = 4 * CHUNK

#: In a process of the pool: the world whose stories it tells.
_worlds: list[World] = []


class Telling:
    """The stories of a world. `start` sets other processes to work, so that the caller can do something else
    meanwhile."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._spans = spans(world)
        self._pool: Pool | None = None
        self._batches: Iterator[Batch] = (batch_of(tell(world, *span), world) for span in self._spans)

    def start(self, processes: int | None = None) -> None:
        """The processes are forked, and never touch the database. Call it without a database connection open."""
        wanted = processes if processes is not None else min(os.cpu_count() or 1, 4)
        if wanted < 2 or len(self.world.briefs) < WORTH_IT or "fork" not in multiprocessing.get_all_start_methods():
            return
        self._pool = multiprocessing.get_context("fork").Pool(wanted, _worlds.append, (self.world,))
        self._batches = self._pool.imap(_tell_span, self._spans)

    def __iter__(self) -> Iterator[Batch]:
        """The rows of some cases at a time, in order."""
        try:
            yield from self._batches
        finally:
            if self._pool is not None:
                self._pool.terminate()
                self._pool.join()


def _tell_span(span: tuple[int, int]) -> Batch:
    (world,) = _worlds
    return batch_of(tell(world, *span), world)


def spans(world: World) -> list[tuple[int, int]]:
    """Stretches of cases that no link crosses."""
    found, start, count = [], 0, len(world.briefs)
    links = sorted((max(one.repeats + one.parts), one.index) for one in world.briefs if one.repeats or one.parts)
    while start < count:
        end = min(start + CHUNK, count)
        while end < count and (crossing := [last for last, first in links if first < end <= last]):
            end = max(crossing) + 1
        found.append((start, end))
        start = end
    return found


def tell(world: World, start: int, end: int) -> list[Told]:
    done: dict[int, Told] = {}
    joined: set[int] = set()
    for brief in world.briefs[start:end]:
        if brief.index in done:
            continue
        told, others = _tell_one(world, brief.index, joined)
        done |= {one.brief.index: one for one in (told, *others)}
        joined |= _merged_with(told)
    return [done[index] for index in range(start, end)]


def _tell_one(world: World, index: int, joined: set[int]) -> tuple[Told, list[Told]]:
    brief = world.briefs[index]
    if brief.same_as is not None and index not in joined:
        brief = replace(brief, same_as=None)  # the other was closed by then
    if brief.part_of is not None:
        brief = replace(brief, part_of=None, channel="web")  # the whole was in nobody's hands to be split
    story = Story(world, brief)
    story.begin()
    told = story.run()
    return told, [part.told for part in story.set_off.values()]


def _merged_with(told: Told) -> set[int]:
    """The positions of the requests that this case has taken in."""
    first = told.brief.case_id - told.brief.index
    return {line.data["merged_from"] - first for line in told.lines if "merged_from" in line.data}
