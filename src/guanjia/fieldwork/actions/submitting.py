"""A filled form as ODK's engines send it, from a phone or a page: XML, with files beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.timezone import localdate
from django.utils.translation import get_language

from guanjia.fieldwork.actions.answering import NewAnswer, record_answer
from guanjia.fieldwork.models import Answer
from guanjia.fieldwork.problems import BAD_SUBMISSION, TOO_LARGE
from guanjia.fieldwork.publishing import Published
from guanjia.fieldwork.queries.forms import form_on_device
from guanjia.fieldwork.rules.answers import sheet_of
from guanjia.fieldwork.rules.instances import Instance, InstanceError, moment_of, read, tree_of
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.problems import Problem

#: The part of a posting that is the answer; every other is a file beside it.
XML_PART = "xml_submission_file"
#: Bytes of the answer itself, without its photos.
LARGEST_XML = 1024 * 1024


def xml_of(part: UploadedFile | None) -> bytes:
    """Raises form.bad_submission where it is missing, form.too_large."""
    if part is None:
        raise Problem(BAD_SUBMISSION, reason=f"one part {XML_PART} is needed")
    if (part.size or 0) > LARGEST_XML:
        raise Problem(TOO_LARGE, limit=LARGEST_XML // 1024**2)
    return part.read()


def files_of(parts: MultiValueDict[str, UploadedFile]) -> dict[str, UploadedFile]:
    """The files beside the answer, by name."""
    return {name: parts.getlist(name)[0] for name in parts if name != XML_PART}


def record_submission(
    actor: Actor, xml: bytes, files: Mapping[str, UploadedFile], *, source: str, at: datetime
) -> tuple[Answer, bool]:
    """As `record_answer`, of the version that was filled in. Raises form.bad_submission and what `record_answer`
    raises."""
    try:
        instance = read(xml)
        form = form_on_device(instance.form_id, instance.version)
        new = _new_answer(instance, form, files, source, at)
    except InstanceError as error:
        raise Problem(BAD_SUBMISSION, reason=str(error)) from error
    return record_answer(actor, form, new, at=at)


def _new_answer(
    instance: Instance, form: Published, files: Mapping[str, UploadedFile], source: str, at: datetime
) -> NewAnswer:
    """Raises InstanceError."""
    target = number_in(instance.target)
    if target is None:
        raise InstanceError("nobody is chosen whom it is about")
    ended = moment_of(instance.ended, at)
    return NewAnswer(
        instance.instance_id,
        sheet_of(form.form, tree_of(instance, form.form.items), localdate(ended)),
        target,
        source=source,
        started_at=min(moment_of(instance.started, ended), ended),
        ended_at=ended,
        language=get_language() or "zh",
        deprecates=instance.deprecated_id,
        files=files,
    )
