"""`guanjia playbook`: check, explain, begin, rehearse, adopt and stop playbooks."""

from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich import box
from rich.table import Table
from rich.text import Text

from guanjia.cli import district, speech
from guanjia.kernel.catalogues import catalogue
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook import checker, drafts, explain, loader, reference, simulate, stories
from guanjia.playbook.faults import Fault, PlaybookError
from guanjia.playbook.outline import outline
from guanjia.playbook.schema import Playbook

#: Stories tell local time; which zone it is changes nothing in them.
ZONE = ZoneInfo("Asia/Shanghai")


def _folder(name: str) -> Path:
    """A folder, or the key of a playbook that comes with the package."""
    path = Path(name)
    if path.is_dir():
        return path
    known = loader.shipped()
    if name in known:
        return known[name]
    sentence = _("There is no folder and no playbook “%(name)s”. Playbooks that come with guanjia: %(known)s.")
    raise click.UsageError(speech.say(sentence, name=name, known=", ".join(known)))


def print_faults(faults: Sequence[Fault]) -> None:
    say = catalogue(speech.language()).gettext
    for fault in faults:
        speech.fail(fault.told(say), f"    {fault.advice(say)}" if fault.hint else "")


@speech.group(
    "playbook",
    help=_("Check, explain, begin, rehearse, adopt and stop playbooks."),
    example="guanjia playbook check service-steward --stories",
)
def command() -> None:
    pass


@command.command(
    "check",
    help=_(
        "Check playbooks: every fault with its file, line and what to do.\n\nPLAYBOOK is a folder or the key of a "
        "playbook that comes with guanjia; without one, all of these are checked."
    ),
    example="guanjia playbook check service-steward --stories\nguanjia playbook check --words",
)
@click.argument("playbook", nargs=-1)
@speech.option("--stories", "with_stories", is_flag=True, help=_("Play the stories too."))
@speech.option("--words", is_flag=True, help=_("Print everything that a playbook can name, and check nothing."))
@speech.option("--json", "as_json", is_flag=True, help=_("Print the faults as JSON."))
@speech.language_option
def check(playbook: tuple[str, ...], with_stories: bool, words: bool, as_json: bool) -> None:
    if words:
        _print_words()
        return
    folders = [_folder(name) for name in playbook] or list(loader.shipped().values())
    faults: list[Fault] = []
    for folder in folders:
        faults += _checked(folder, with_stories, quiet=as_json)
    if as_json:
        click.echo(json.dumps([_data(fault) for fault in faults], ensure_ascii=False, indent=2))
    else:
        print_faults(faults)
    if faults:
        raise SystemExit(1)


def _checked(folder: Path, with_stories: bool, *, quiet: bool) -> list[Fault]:
    faults = checker.faults_of(folder)
    told = [] if faults else [_summary(folder)]
    if with_stories and not faults:
        played, story_faults = _played(folder)
        faults += story_faults
        told.append(speech.say(_("  %(count)s stories played"), count=played))
    if not quiet:
        for line in told:
            speech.out().print(Text(line))
    return faults


def _summary(folder: Path) -> str:
    book = loader.load(folder)
    return speech.say(
        _("%(name)s: %(tiers)s tiers, %(categories)s categories, %(routes)s routes, %(messages)s messages"),
        name=book.playbook.name.in_(speech.language()),
        tiers=len(book.ladder.tiers),
        categories=len(book.categories),
        routes=len(book.routes),
        messages=len(book.messages),
    )


def _played(folder: Path) -> tuple[int, list[Fault]]:
    book, faults = loader.load(folder), []
    paths = stories.stories_of(folder)
    for path in paths:
        try:
            faults += simulate.run(stories.read_story(path), book, ZONE).faults
        except PlaybookError as error:
            faults += error.faults
    return len(paths), faults


def _data(fault: Fault) -> dict[str, object]:
    say = catalogue(speech.language()).gettext
    return {
        "file": fault.file,
        "line": fault.line,
        "path": fault.path,
        "message": fault.sentence(say),
        "hint": fault.advice(say),
    }


def _print_words() -> None:
    console = speech.out()
    for section in reference.sections():
        console.print(Text(f"\n{speech.say(section.title)}", style="bold"))
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for position, heading in enumerate(section.headings):
            table.add_column(speech.say(heading), no_wrap=position == 0)
        for row in section.rows:
            table.add_row(*(Text(speech.say(cell)) for cell in row))
        console.print(table)


@command.command(
    "explain",
    help=_("Explain a playbook: its purpose, the ladder as a table, and the way of a case as a drawing."),
    example="guanjia playbook explain service-steward\nguanjia playbook explain ./my-playbook --svg flow.svg",
)
@click.argument("playbook", default="service-steward")
@speech.option("--svg", type=click.Path(path_type=Path, dir_okay=False), help=_("Write the drawing to this file."))
@speech.language_option
def explain_(playbook: str, svg: Path | None) -> None:
    book, language = _load(_folder(playbook)), speech.language()
    console = speech.out()
    console.print(Text(f"{book.playbook.name.in_(language)}  {book.key} {book.playbook.version}", style="bold"))
    console.print(Text(book.playbook.purpose.in_(language)))
    for rule in book.playbook.conduct:
        console.print(Text(f"· {rule.in_(language)}"))
    ladder = explain.table(book, language)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ladder.headings:
        table.add_column(heading, overflow="fold")
    for row in ladder.rows:
        table.add_row(*row)
    console.print(table)
    console.print(Text(explain.flow(book, language)))
    for part in outline(book, language):
        console.print(Text(f"\n{part.title}", style="bold"))
        for line in part.lines:
            console.print(Text(f"· {line}"))
    if svg is not None:
        svg.write_text(explain.flow_svg(book, language), "utf-8")


def _load(folder: Path) -> Playbook:
    try:
        return loader.load(folder)
    except PlaybookError as error:
        print_faults(error.faults)
        raise SystemExit(1) from None


@command.command(
    "new",
    help=_("Begin a playbook: a folder KEY with a small playbook that passes the check, and a story to start from."),
    example="guanjia playbook new winter-care --dir-out playbooks",
)
@click.argument("key")
@speech.option("--dir-out", type=click.Path(path_type=Path), default=Path(), help=_("Where to put the folder."))
@speech.language_option
def new(key: str, dir_out: Path) -> None:
    if not drafts.KEY.fullmatch(key):
        sentence = _(
            "“%(key)s” is no key. Write small letters, digits and dashes, beginning with a letter, 40 at most."
        )
        raise click.UsageError(speech.say(sentence, key=key))
    folder = dir_out / key
    if folder.exists():
        raise click.UsageError(speech.say(_("%(folder)s is there already; choose another key."), folder=folder))
    (folder / stories.FOLDER).mkdir(parents=True)
    for path, text in drafts.begun(key).items():
        (folder / path).write_text(text, "utf-8")
    speech.out().print(
        Text(speech.say(_("Begun in %(folder)s. Next: guanjia playbook check %(folder)s --stories"), folder=folder))
    )


_dir_option = speech.option(
    "--dir",
    "district_dir",
    type=click.Path(path_type=Path),
    help=_("Folder of the district; without it, the settings come from the environment."),
)


@command.command(
    "adopt",
    help=_(
        "Start a programme from a playbook, or let one go on: changed, or after it was stopped.\n\nPLAYBOOK is a "
        "folder or the key of a playbook that comes with guanjia. New cases follow it; open ones keep the version they "
        "have."
    ),
    example="guanjia playbook adopt household-visits --dir demo\nguanjia playbook adopt ./my-playbook --dir demo",
)
@click.argument("playbook")
@_dir_option
@speech.language_option
def adopt(playbook: str, district_dir: Path | None) -> None:
    folder = _folder(playbook)
    if faults := checker.faults_of(folder):
        print_faults(faults)
        raise SystemExit(1)
    district.enter(district_dir)
    importlib.import_module("guanjia.cli.adopting").adopt(folder)


@command.command(
    "stop",
    help=_(
        "Stop a programme: nothing new begins, what is open is worked to its end.\n\nPROGRAMME is its key. Adopt its "
        "playbook again and it goes on."
    ),
    example="guanjia playbook stop household-visits --dir demo",
)
@click.argument("programme")
@_dir_option
@speech.language_option
def stop(programme: str, district_dir: Path | None) -> None:
    district.enter(district_dir)
    importlib.import_module("guanjia.cli.adopting").stop(programme)


_DAY = click.DateTime(["%Y-%m-%d"])


@command.command(
    "rehearse",
    help=_(
        "Rehearse a changed playbook on the past: the cases of a period as they came in and were worked on, under the "
        "changed rules. What would have been late, which dates would have moved, who would have held how much.\n\n"
        "PROGRAMME is the key of a programme, or the folder of its playbook. Nothing in the district is changed."
    ),
    example="guanjia playbook rehearse service-steward --changed ./my-playbook --since 2026-09-01 --dir demo\n"
    "guanjia playbook rehearse service-steward --changed ./my-playbook --calendar days.toml --json --dir demo",
)
@click.argument("programme")
@speech.option("--changed", required=True, help=_("The changed playbook: a folder, or the key of one that is shipped."))
@speech.option("--since", type=_DAY, help=_("Cases registered on this day or later; otherwise the last 90 days."))
@speech.option("--until", type=_DAY, help=_("Cases registered on this day or earlier, as they stood then."))
@speech.option(
    "--calendar",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=_("TOML file with other days: closed = [2026-10-08], open = [2026-10-10]."),
)
@speech.option("--processes", type=click.IntRange(1), help=_("How many processes count; otherwise one per processor."))
@speech.option(
    "--keep",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Keep what is counted in this file, and go on from there when it is run again."),
)
@speech.option("--json", "as_json", is_flag=True, help=_("Print JSON."))
@_dir_option
@speech.language_option
def rehearse(
    programme: str,
    changed: str,
    since: datetime | None,
    until: datetime | None,
    calendar: Path | None,
    processes: int | None,
    keep: Path | None,
    as_json: bool,
    district_dir: Path | None,
) -> None:
    key = _load(Path(programme)).key if Path(programme).is_dir() else programme
    folder = _folder(changed)
    try:
        source = checker.checked_folder(folder).text
    except PlaybookError as error:
        print_faults(error.faults)
        raise SystemExit(1) from None
    # What follows works on a district, and is loaded once it has been entered.
    district.enter(district_dir)
    job = importlib.import_module("guanjia.cli.rehearse")
    job.run(
        key,
        source,
        since=since.date() if since is not None else None,
        until=until.date() if until is not None else None,
        calendar=calendar,
        processes=processes,
        keep=keep,
        as_json=as_json,
    )
