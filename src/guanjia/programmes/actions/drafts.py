"""Writing a playbook in the district itself: begun, saved, adopted, thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from guanjia.kernel import audit
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.problems import NOT_FOUND, STALE, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook import drafts, loader, stories
from guanjia.programmes import policy, queries
from guanjia.programmes.actions.adoption import adopt
from guanjia.programmes.models import PlaybookDraft, ProgrammeVersion
from guanjia.programmes.problems import DRAFT_FILE, DRAFT_KEY
from guanjia.registry.policy import demand

WRITE = _("write a playbook")
#: Characters of one file, and files of one draft; the largest playbook that comes with guanjia has a tenth of it.
LONGEST, MOST_FILES = 400_000, 60


@transaction.atomic
def begin_draft(actor: Actor, *, key: str, origin: str = "", at: datetime) -> PlaybookDraft:
    """From scratch, or as a copy under `key`: `origin` is `programme:KEY` (what is in force there) or `shipped:KEY`.
    Raises not_allowed, draft.key, not_found."""
    demand(policy.may_adopt(actor), WRITE)
    if not drafts.KEY.fullmatch(key):
        raise Problem(DRAFT_KEY, field="key", key=key)
    draft = PlaybookDraft.objects.create(
        files=_origin(origin, key), key=key, begun_at=at, saved_at=at, saved_by=actor.signature
    )
    audit.record(actor, "draft.begin", draft, at=at, key=key, origin=origin)
    return draft


def _origin(origin: str, key: str) -> dict[str, str]:
    kind, _colon, name = origin.partition(":")
    shipped = loader.shipped()
    if kind == "shipped" and name in shipped:
        return drafts.copied(shipped[name], key)
    if kind == "programme" and (version := queries.programme(name).current) is not None:
        told = drafts.stories_of(shipped[name]) if name in shipped else {}
        return drafts.of_version(version.source, version.files, told, key)
    if origin:
        raise Problem(NOT_FOUND, what=_("playbook"), key=name or origin)
    return drafts.begun(key)


@transaction.atomic
def save_draft(
    actor: Actor, draft_id: int, files: Mapping[str, str], *, seen: int, add: str = "", at: datetime
) -> PlaybookDraft:
    """Write these files over those of the draft, and `add` an empty one; a story or text that was emptied is removed.
    Raises stale where somebody saved since `seen`, draft.file, field.*."""
    draft = _open(actor, draft_id, seen)
    after = {**draft.files, **{path: _cleaned(path, text) for path, text in files.items() if path in draft.files}}
    after = {path: text for path, text in after.items() if text or path == loader.FILE}
    if add:
        if not drafts.PATH.fullmatch(add) or len(after) >= MOST_FILES:
            raise Problem(DRAFT_FILE, field="add", path=add)
        after.setdefault(add, _BLANK.get(add.split("/", maxsplit=1)[0], "# \n"))
    if after == draft.files:
        return draft
    playbook = drafts.read(after).playbook
    draft.files, draft.key = after, playbook.key if playbook is not None else draft.key
    draft.saved_at, draft.saved_by, draft.revision = at, actor.signature, draft.revision + 1
    draft.save(update_fields=["files", "key", "saved_at", "saved_by", "revision"])
    audit.record(actor, "draft.save", draft, at=at, key=draft.key, revision=draft.revision)
    return draft


#: What stands in a new file.
_BLANK = {stories.FOLDER: drafts.begun("x")["stories/first.toml"]}


def _cleaned(path: str, text: str) -> str:
    cleaned = clean_text(text, field="text", label=_("Text"), limit=LONGEST, required=path == loader.FILE)
    return f"{cleaned}\n" if cleaned else ""


@transaction.atomic
def adopt_draft(actor: Actor, draft_id: int, *, seen: int, at: datetime) -> ProgrammeVersion:
    """Start a programme from it, or go on with the programme of its key. Raises stale, programme.bad_playbook."""
    draft = _open(actor, draft_id, seen)
    beside = {
        path: text.encode() for path, text in draft.files.items() if not path.startswith((stories.FOLDER, loader.FILE))
    }
    draft.version = adopt(actor, draft.files[loader.FILE], files=beside, at=at)
    draft.save(update_fields=["version"])
    return draft.version


@transaction.atomic
def discard_draft(actor: Actor, draft_id: int, *, seen: int, at: datetime) -> None:
    """What was adopted from it stays. Raises stale."""
    draft = _open(actor, draft_id, seen)
    audit.record(actor, "draft.discard", draft, at=at, key=draft.key)
    draft.delete()


def _open(actor: Actor, draft_id: int, seen: int) -> PlaybookDraft:
    demand(policy.may_adopt(actor), WRITE)
    draft = PlaybookDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise Problem(NOT_FOUND, what=_("draft"), key=draft_id)
    if draft.revision != seen:
        raise Problem(STALE)
    return draft
