"""The catalogue of refusals: every sentence that says no, on page, API and command line alike.

A room defines its problems once, at import, in its own `problems.py`:

    NOT_YOURS = define("case.not_yours", 403, _("This case is held by %(holder)s."),
                       todo=_("Ask them, or ask the dispatch desk to transfer it."), mender="dispatcher")

and raises one with `raise Problem(NOT_YOURS, holder=...)`. Texts are English message ids; faces translate
them and fill in the parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from guanjia.kernel.text import gettext_noop as _

#: Who can mend a problem: shown to the reader as "who can help".
MENDERS = {
    "you": _("You can mend this yourself."),
    "steward": _("Your steward can help."),
    "dispatcher": _("The dispatch desk can help."),
    "supervisor": _("Your supervisor can help."),
    "administrator": _("The administrator can help."),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One entry of the catalogue. `status` is the HTTP status; the command line exits 1."""

    code: str
    status: int
    message: str
    todo: str
    mender: str

    def in_general(self, translate: Callable[[str], str] = str) -> str:
        """The sentence where nobody knows any more what it named."""
        return translate(self.message) % _Unnamed()


class _Unnamed(dict[str, str]):
    def __missing__(self, _key: str) -> str:
        return "…"


#: Parameters that are themselves message ids.
_TRANSLATED = ("field_label", "what", "verb", "why", "status")


class Problem(Exception):
    """A refusal with its parameters. `field` names the form field at fault, if one is."""

    def __init__(self, kind: Kind, /, *, field: str | None = None, **params: Any) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.field = field
        self.params = params

    @property
    def code(self) -> str:
        return self.kind.code

    @property
    def status(self) -> int:
        return self.kind.status

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        return translate(self.kind.message) % in_words(self.params, translate)

    def advice(self, translate: Callable[[str], str] = str) -> str:
        return translate(self.kind.todo) % in_words(self.params, translate)

    def __str__(self) -> str:
        return f"{self.kind.code}: {self.sentence()}"


def in_words(params: Mapping[str, Any], translate: Callable[[str], str]) -> dict[str, Any]:
    """What fills a sentence in, in the reader's language; a problem among it is said as its own sentence."""
    return {key: _in_words(key, value, translate) for key, value in params.items()}


def _in_words(key: str, value: Any, translate: Callable[[str], str]) -> Any:
    if isinstance(value, Problem):
        return value.sentence(translate)
    return translate(value) if key in _TRANSLATED and isinstance(value, str) and value else value


class Problems(Problem):
    """Several refusals of one input, so that a form is corrected in one go."""

    def __init__(self, each: list[Problem]) -> None:
        first = each[0]
        super().__init__(first.kind, field=first.field, **first.params)
        self.each = tuple(each)


_catalogue: dict[str, Kind] = {}


def define(code: str, status: int, message: str, *, todo: str, mender: str = "you") -> Kind:
    if code in _catalogue:
        raise ValueError(f"problem {code} is defined twice")
    if mender not in MENDERS:
        raise ValueError(f"problem {code}: unknown mender {mender}")
    kind = _catalogue[code] = Kind(code, status, message, todo, mender)
    return kind


def catalogue() -> Mapping[str, Kind]:
    """All problems defined by the rooms imported so far, by code."""
    return MappingProxyType(_catalogue)


def raise_all(problems: list[Problem]) -> None:
    """Raise what was collected: nothing, the one, or all together."""
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise Problems(problems)


NOT_FOUND = define(
    "not_found",
    404,
    _("There is no %(what)s %(key)s that you may see."),
    todo=_("Check the number or the link. If it was sent to you, ask the sender whether you may see it."),
)
NOT_ALLOWED = define(
    "not_allowed",
    403,
    _("Your post does not allow this: %(verb)s."),
    todo=_("Ask somebody who holds the post, or ask your administrator for it."),
    mender="administrator",
)
NO_SUCH_PAGE = define(
    "no_such_page",
    404,
    _("This page does not exist."),
    todo=_("Check the address: it may be mistyped, or the page has moved."),
)
PRESS_AGAIN = define(
    "press_again",
    403,
    _("Please press the button once more."),
    todo=_(
        "The page was open for a long time, or your browser refuses cookies, so nothing was sent. "
        "Go back, load the page again and press the button. What you typed in a long form is kept on this device."
    ),
)
SIGN_IN = define("sign_in", 401, _("You are not signed in."), todo=_("Sign in and try again."))
MISSING = define("field.missing", 422, _("%(field_label)s is missing."), todo=_("Fill it in."))
INVALID = define("field.invalid", 422, _("%(field_label)s is not right: %(why)s"), todo=_("Correct it."))
TOO_LONG = define(
    "field.too_long",
    422,
    _("%(field_label)s has %(length)s characters; %(limit)s at most."),
    todo=_("Shorten it, or attach the long text as a file."),
)
CONTROL_CHARACTERS = define(
    "field.control_characters",
    422,
    _("%(field_label)s contains characters that cannot be shown."),
    todo=_("Type it again, or paste it as plain text."),
)
STALE = define(
    "stale",
    409,
    _("Somebody else acted on this first, so your page is out of date."),
    todo=_("Look at what changed, then do it again if it is still needed."),
)
TRY_AGAIN = define(
    "try_again",
    503,
    _("The district's records are busy. Nothing was lost and nothing was stored."),
    todo=_("Try again in a minute."),
)
TOO_MANY = define(
    "too_many_requests",
    429,
    _("Too many tries from here."),
    todo=_("Wait %(minutes)s minutes and try again."),
)
UNKNOWN_LINK = define(
    "link.unknown",
    404,
    _("This link is not complete, or is none of ours."),
    todo=_(
        "Open it from the message itself, or copy all of it; else look the case up with its number "
        "and the last four digits of your phone."
    ),
)
EXPIRED_LINK = define(
    "link.expired",
    410,
    _("This link is no longer valid."),
    todo=_("Look the case up with its number and the last four digits of your phone."),
)
