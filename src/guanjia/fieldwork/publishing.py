"""Forms as they can be filled in: made of an adopted playbook's rows when one is first asked for, then kept.

A form has an identity of its own: the same rows in two versions of a playbook are one `FormVersion`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from guanjia.fieldwork import lists
from guanjia.fieldwork.models import FormVersion
from guanjia.fieldwork.problems import BAD_FORM
from guanjia.fieldwork.rules import forms
from guanjia.fieldwork.xforms import PyXFormError, xform
from guanjia.kernel.chain import canonical
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.forms import of_workbook
from guanjia.playbook.schema import FormUse
from guanjia.programmes import queries as programmes
from guanjia.programmes.models import Programme
from guanjia.programmes.queries.adopted import ADOPTED
from guanjia.registry.stamps import Kept


@dataclass(frozen=True, slots=True)
class Published:
    """A version of a form with what can be read of it. `bound`: items and the facts that they ask for."""

    version: FormVersion
    form: forms.Form
    names: Mapping[str, str]
    bound: Mapping[str, str]

    @property
    def about_place(self) -> bool:
        return self.version.about == "place"


_current: Kept[Published] = Kept(ADOPTED, most=64)


def form_id(programme_key: str, form_key: str) -> str:
    """How a device knows a form."""
    return f"{programme_key}.{form_key}"


def uses(programme_id: int) -> tuple[FormUse, ...]:
    """The forms of the playbook that is in force."""
    return programmes.current_playbook(programme_id).forms


def current(programme: Programme, form_key: str, *, at: datetime) -> Published:
    """No query once a process has it. Raises not_found, form.unusable."""
    found = _current.get((programme.current_id, form_key), lambda: _publish(programme, form_key, at))
    return _offering(found, former=False)


def of_version(version: FormVersion) -> Published:
    """Also of a version that is no longer the current one."""
    kept = version.definition
    return _offering(Published(version, _built(canonical(kept["rows"])), kept["name"], kept["bound"]), former=True)


def _offering(published: Published, *, former: bool) -> Published:
    names = forms.sources(published.form)
    if not names:
        return published
    offered = {name: lists.choices(name, former=former) for name in names}
    return replace(published, form=forms.with_lists(published.form, offered))


def _publish(programme: Programme, form_key: str, at: datetime) -> Published:
    use = next((one for one in uses(programme.pk) if one.key == form_key), None)
    if use is None or programme.current is None:
        raise Problem(NOT_FOUND, what=_("form"), key=form_key)
    definition = {
        "rows": programmes.file_of(programme.current.pk, use.file),
        "name": {"zh": use.name.zh, "en": use.name.en},
        "bound": {one.item: one.fact for one in use.bound},
    }
    checksum = hashlib.sha256(canonical([definition, use.about, use.minutes])).hexdigest()
    found = FormVersion.objects.filter(programme=programme, form_key=form_key, checksum=checksum).first()
    return of_version(found or _make(programme, use, definition, checksum, at))


def _make(programme: Programme, use: FormUse, definition: dict[str, Any], checksum: str, at: datetime) -> FormVersion:
    version = f"{programme.current.version if programme.current else ''}-{checksum[:8]}"
    try:
        forms.build(of_workbook(use.file, definition["rows"]))
        xml = xform(definition["rows"], form_id=form_id(programme.key, use.key), version=version, title=use.name.zh)
    except (forms.FormError, PyXFormError) as error:
        raise Problem(BAD_FORM, form=use.key, why=str(error)) from error
    made, _new = FormVersion.objects.get_or_create(
        programme=programme,
        form_key=use.key,
        checksum=checksum,
        defaults={
            "version": version,
            "definition": definition,
            "xml": xml,
            "about": use.about,
            "minutes": use.minutes,
            "made_at": at,
        },
    )
    return made


@lru_cache(maxsize=64)
def _built(rows: bytes) -> forms.Form:
    return forms.build(of_workbook("", json.loads(rows)))
