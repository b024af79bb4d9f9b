"""What a verb asks for, from the raw values of a form or an API call to what the rules work with; each
refusal names its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localtime

from guanjia.cases.models import Case, Document
from guanjia.cases.problems import BAD_VALUE
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.codes import parse_ledger_number
from guanjia.kernel.problems import Problem, raise_all
from guanjia.playbook.lifecycle.states import CaseState, Outcome
from guanjia.playbook.lifecycle.verbs import Param, Verb
from guanjia.playbook.limits import Limit
from guanjia.playbook.schema import Playbook
from guanjia.registry.models import Officer, Unit

TEXT_LIMIT = 10_000
LINE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Setting:
    """What the values are read against."""

    actor: Actor
    case: Case
    state: CaseState
    playbook: Playbook


def read_parameters(verb: Verb, raw: Mapping[str, Any], setting: Setting) -> dict[str, Any]:
    """Values of the verb's own parameters only. Empty optional ones are left out. Raises every fault
    together."""
    values: dict[str, Any] = {}
    faults: list[Problem] = []
    for param in verb.params:
        given = raw.get(param.name)
        if given in (None, "", []):
            given = _default(param, setting)
        if given in (None, "", []):
            continue
        try:
            values[param.name] = _READERS[param.kind](given, param, setting)
        except Problem as problem:
            faults.append(problem)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            faults.append(_bad(param))
    raise_all(faults)
    return values


def _bad(param: Param) -> Problem:
    return Problem(BAD_VALUE, field=param.name, field_label=param.label)


def _default(param: Param, setting: Setting) -> Any:
    """An asker speaks for themselves; the only open order is the one that is answered; a unit finishes its
    own part."""
    if param.kind == "asker":
        own = setting.actor.contact_ids & setting.state.askers.keys()
        return min(own, default=None) or (min(setting.state.askers, default=None) if param.name == "asker" else None)
    if param.kind == "order" and len(setting.state.orders) == 1:
        return next(iter(setting.state.orders))
    if param.kind == "unit" and param.name == "unit":
        return next((unit for unit in setting.state.assistants if unit in setting.actor.unit_ids), None)
    return None


def _text(given: Any, param: Param, setting: Setting) -> str:
    return clean_text(given, field=param.name, label=param.label, limit=TEXT_LIMIT, required=param.required)


def _line(given: Any, param: Param, setting: Setting) -> str:
    return clean_text(
        given, field=param.name, label=param.label, limit=LINE_LIMIT, required=param.required, one_line=True
    )


def _party(given: Any, param: Param, setting: Setting) -> dict[str, Any]:
    """{"unit": id, "officer": id or null}, or "unit:officer" as a form sends it."""
    if isinstance(given, str):
        unit_text, _, officer_text = given.partition(":")
        given = {"unit": int(unit_text), "officer": int(officer_text) if officer_text else None}
    unit_id, officer_id = int(given["unit"]), given.get("officer")
    if not Unit.objects.filter(pk=unit_id, valid_to__isnull=True).exists():
        raise _bad(param)
    if officer_id is not None and not Officer.objects.filter(pk=officer_id, active=True).exists():
        raise _bad(param)
    return {"unit": unit_id, "officer": int(officer_id) if officer_id is not None else None}


def _unit(given: Any, param: Param, setting: Setting) -> int:
    unit_id = int(given)
    if not Unit.objects.filter(pk=unit_id, valid_to__isnull=True).exists():
        raise _bad(param)
    return unit_id


def _tier(given: Any, param: Param, setting: Setting) -> str:
    return setting.playbook.tier(str(given)).key


def _limit(given: Any, param: Param, setting: Setting) -> str:
    return str(Limit.parse(str(given)))


def _outcome(given: Any, param: Param, setting: Setting) -> str:
    return str(Outcome(str(given)))


def _yes_no(given: Any, param: Param, setting: Setting) -> bool:
    words = {"yes": True, "true": True, "1": True, "on": True, "no": False, "false": False, "0": False}
    return given if isinstance(given, bool) else words[str(given).lower()]


def _satisfaction(given: Any, param: Param, setting: Setting) -> int:
    level = int(given)
    if not 1 <= level <= 5:
        raise _bad(param)
    return level


def _asker(given: Any, param: Param, setting: Setting) -> int:
    """An asker can only speak for themselves."""
    contact_id = int(given)
    own = setting.actor.contact_ids
    if own and contact_id not in own:
        raise _bad(param)
    return contact_id


def _order(given: Any, param: Param, setting: Setting) -> int:
    return int(given)


def _case(given: Any, param: Param, setting: Setting) -> int:
    """The id of an existing case from its ledger number."""
    found = parse_ledger_number(str(given))
    case = Case.objects.filter(pk=found[1]).first() if found is not None else None
    if found is None or case is None or localtime(case.registered_at).year != found[0]:
        raise _bad(param)
    return case.pk


def _evidence(given: Any, param: Param, setting: Setting) -> list[dict[str, Any]]:
    """Documents of this case that no line of the ledger has taken up yet."""
    ids = {int(one) for one in (given if isinstance(given, list | tuple | set) else [given])}
    rows: list[Any] = list(
        Document.objects.filter(pk__in=ids, case_id=setting.case.pk, event_seq__isnull=True).values(
            "id", "kind", "sha256"
        )
    )
    if len(rows) != len(ids):
        raise _bad(param)
    return sorted(rows, key=lambda row: row["id"])


def _fields(given: Any, param: Param, setting: Setting) -> dict[str, str]:
    def clean(text: Any) -> str:
        return clean_text(text, field=param.name, label=param.label, limit=LINE_LIMIT, one_line=True)

    return {clean(name): clean(value) for name, value in given.items()}


_READERS: dict[str, Callable[[Any, Param, Setting], Any]] = {
    "text": _text,
    "line": _line,
    "party": _party,
    "unit": _unit,
    "tier": _tier,
    "limit": _limit,
    "outcome": _outcome,
    "yes_no": _yes_no,
    "satisfaction": _satisfaction,
    "asker": _asker,
    "order": _order,
    "case": _case,
    "evidence": _evidence,
    "fields": _fields,
    "child": _order,
    "category": _line,
    "pending": _line,
}
