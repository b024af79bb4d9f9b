"""Who does what: nobody judges their own work, every post named does the district's work, stewards cover all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guanjia.kernel.actor import Role
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.checks.table import check, twice
from guanjia.playbook.faults import Fault
from guanjia.playbook.loader import Source
from guanjia.playbook.schema import Playbook

#: They keep the system, and by the separation of duties open nobody's case (GB/T 22239-2019, 8.1.5).
KEEPERS = frozenset({Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR})

Path = tuple[str | int, ...]


def _named(book: Playbook) -> Iterator[tuple[Path, Role]]:
    """Every place where a post is named."""
    ladder = book.ladder
    lists: list[tuple[Path, Sequence[object]]] = [
        (("ladder", "follow_up", "calls_by"), ladder.follow_up.calls_by),
        (("ladder", "strike_off", "by"), ladder.strike_off.by),
        (("ladder", "orders", "issued_by"), ladder.orders.issued_by),
        (("ladder", "emergency", "call_chain"), ladder.emergency.call_chain if ladder.emergency else ()),
        (("stewards", "roles"), book.stewards.roles if book.stewards else ()),
    ]
    for path, roles in lists:
        yield from (((*path, index), role) for index, role in enumerate(roles) if isinstance(role, Role))
    for index, tier in enumerate(ladder.tiers):
        if tier.owner.role is not None:
            yield ("ladder", "tiers", index, "owner"), tier.owner.role
    yield ("ladder", "returns", "ruled_by"), ladder.returns.ruled_by
    yield ("ladder", "returns", "arbiter"), ladder.returns.arbiter
    yield ("ladder", "extension", "approved_by"), ladder.extension.approved_by
    yield ("ladder", "shelving", "approved_by"), ladder.shelving.approved_by


@check
def keepers_of_the_system_handle_no_cases(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for path, role in _named(book):
        if role in KEEPERS:
            yield source.fault(
                path,
                _("%(role)s keeps the system and opens no case, by the separation of duties."),
                _("Name a post that works on cases."),
                role=role,
            )


def _handlers(book: Playbook) -> dict[Role, str]:
    """The posts that hold cases, each with its first tier."""
    handlers: dict[Role, str] = {}
    for tier in book.ladder.tiers:
        role = Role.STEWARD if tier.owner.steward else Role.HANDLER if tier.owner.duty else tier.owner.role
        if role is not None:
            handlers.setdefault(role, tier.key)
    return handlers


@check
def somebody_else_follows_up(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    callers, handlers = book.ladder.follow_up.calls_by, _handlers(book)
    path = ("ladder", "follow_up", "calls_by")
    yield from twice(source, path, callers)
    if not callers:
        yield source.fault(path, _("Nobody may ring an asker who does not answer by themselves."), _("Name a post."))
    elif all(role in handlers for role in callers):
        yield source.fault(
            path,
            _("Only %(roles)s may ring the askers, and they hold cases themselves: nobody follows up their own work."),
            _("Add a post that holds no cases, such as clerk or dispatcher."),
            roles=", ".join(callers),
        )


@check
def somebody_else_strikes_off(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    by, handlers = book.ladder.strike_off.by, _handlers(book)
    path: Path = ("ladder", "strike_off", "by")
    yield from twice(source, path, by)
    for index, role in enumerate(by):
        if isinstance(role, Role) and role in handlers:
            yield source.fault(
                (*path, index),
                _("%(role)s holds cases on the tier %(tier)s and would strike off their own."),
                _("Name a post that holds no cases."),
                role=role,
                tier=handlers[role],
            )
    if set(by) == {"system"}:
        yield source.fault(
            path,
            _("The system alone cannot strike off a case whose asker left no name."),
            _("Add a post, such as dispatcher."),
        )


@check
def nobody_grants_their_own_request(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    handlers = _handlers(book)
    for part in ("extension", "shelving"):
        role = getattr(book.ladder, part).approved_by
        if role in handlers:
            yield source.fault(
                ("ladder", part, "approved_by"),
                _("%(role)s holds cases on the tier %(tier)s and would grant their own request."),
                _("Name a post that holds no cases, such as supervisor."),
                role=role,
                tier=handlers[role],
            )
    ruled_by, arbiter = book.ladder.returns.ruled_by, book.ladder.returns.arbiter
    if ruled_by == arbiter:
        yield source.fault(
            ("ladder", "returns"),
            _("%(role)s rules on returns and is the arbiter too: there would be nobody to turn to."),
            _("Name two posts."),
            role=arbiter,
        )


@check
def somebody_issues_orders(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    path = ("ladder", "orders", "issued_by")
    yield from twice(source, path, book.ladder.orders.issued_by)
    if not book.ladder.orders.issued_by:
        yield source.fault(path, _("Nobody may issue an order."), _("Name a post, such as supervisor."))


@check
def stewards_cover_everybody(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    by_steward = [index for index, tier in enumerate(book.ladder.tiers) if tier.owner.steward]
    if book.stewards is None:
        for index in by_steward:
            yield source.fault(
                ("ladder", "tiers", index, "owner"),
                _("The tier %(key)s goes to the steward, but the playbook has no stewards."),
                _("Add [stewards]."),
                key=book.ladder.tiers[index].key,
            )
        return
    covered, served = book.stewards.covers, book.serves.subjects
    for kind in served:
        if kind not in covered and by_steward:
            yield source.fault(
                ("stewards", "covers"),
                _("The programme serves %(kind)s, but no steward covers them."),
                _('Add %(kind)s = "subject", or the place that they go with.'),
                kind=kind,
            )
    for kind in covered:
        if kind not in served:
            yield source.fault(
                ("stewards", "covers", kind),
                _("The programme does not serve %(kind)s."),
                _("Take it out, or add it to serves.subjects."),
                kind=kind,
            )


@check
def a_rule_of_businesses_is_for_a_programme_that_takes_them_in_by_rule(
    book: Playbook, source: Source[Playbook]
) -> Iterator[Fault]:
    serves, here = book.serves, ("serves", "businesses")
    if serves.businesses is None:
        return
    if "business" not in serves.subjects:
        yield source.fault(
            here,
            _("The programme does not serve %(kind)s."),
            _("Take it out, or add it to serves.subjects."),
            kind="business",
        )
    if serves.enrol == "list":
        yield source.fault(
            here,
            _("Who is in it stands on a list already."),
            _('Take the rule out, or write enrol = "all".'),
        )


@check
def lists_name_things_once(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    yield from twice(source, ("serves", "subjects"), book.serves.subjects)
    yield from twice(source, ("channels",), book.channels)
