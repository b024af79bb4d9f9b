"""Administration: accounts and tokens, who read what, the work calendar, duties of units."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from guanjia.access import actions, gate
from guanjia.access import policy as access_policy
from guanjia.access import queries as access
from guanjia.access.requests import Request
from guanjia.cases.actions.duties import give_duty
from guanjia.cases.queries.duties import named_duties
from guanjia.console.asking import Asking, answer, id_asked, read_choice, read_id, sent
from guanjia.console.panels import tells_in_place
from guanjia.console.viewmodels import admin as shown
from guanjia.console.viewmodels import changes as changing
from guanjia.console.viewmodels import choices, people
from guanjia.console.viewmodels.admin import ADMIN, AUDITOR, SECURITY
from guanjia.console.viewmodels.forms import ShownForm
from guanjia.console.viewmodels.rows import said
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.problems import Problem
from guanjia.registry import queries as registry
from guanjia.registry.actions import load_notice
from guanjia.registry.queries import history

#: Bytes of a password that somebody is given and must change.
PASSWORD_BYTES = 9


class AccountForm(ShownForm):
    officer = forms.CharField(label=gettext_lazy("Officer"), help_text=gettext_lazy("Name or staff number"))
    username = forms.CharField(label=gettext_lazy("User name"), max_length=64)


class TokenForm(ShownForm):
    name = forms.CharField(label=gettext_lazy("Name of the token"), max_length=64)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    scopes = forms.MultipleChoiceField(label=gettext_lazy("Scopes"), widget=forms.CheckboxSelectMultiple)
    post = forms.ChoiceField(
        label=gettext_lazy("Post"),
        required=False,
        help_text=gettext_lazy("For scopes on cases: it sees what this post sees."),
    )
    days = forms.IntegerField(label=gettext_lazy("Valid for days"), initial=365)


class NoticeForm(ShownForm):
    year = forms.IntegerField(label=gettext_lazy("Year"))
    days = forms.CharField(
        label=gettext_lazy("Days of the notice"),
        widget=forms.Textarea(attrs={"rows": 10, "placeholder": "2027-01-01 休 元旦\n2027-02-07 班 春节"}),
        help_text=gettext_lazy("One day a line: the day, off or work, the holiday. Ordinary weekends need no line."),
    )


class DutyForm(ShownForm):
    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    place = forms.ChoiceField(label=gettext_lazy("Where"), required=False)


@gate.roles(ADMIN, SECURITY)
def accounts(request: Request) -> HttpResponse:
    page = access.accounts(request.actor, cursor=request.GET.get("cursor"), size=shown.SIZE)
    context = {
        "page": page,
        "parts": shown.parts(request.actor, "accounts"),
        "may_manage": access_policy.may_manage_accounts(request.actor),
        "warned": shown.warned(at=request.at),
        "given": request.session.pop("given_password", None),
    }
    return render(request, "console/admin/accounts.html", context)


@gate.roles(ADMIN)
@tells_in_place
def new_account(request: Request) -> HttpResponse:
    form = AccountForm(sent(request))
    will = [_("A password is made and shown once; it has to be changed at the first sign-in.")]
    back = reverse("console:accounts")

    def do() -> str:
        officer = people.officer_called(request.POST.get("officer", ""), "officer")
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        made = actions.create_account(
            request.actor,
            username=request.POST.get("username", ""),
            password=password,
            officer_id=officer.pk,
            at=request.at,
        )
        request.session["given_password"] = {"username": made.username, "password": password}
        return _("The account %(username)s is made.") % {"username": made.username}

    return answer(request, Asking(_("New account"), _("Make it"), form, back, will, icon="user"), do)


@gate.roles(ADMIN)
@tells_in_place
def give_password(request: Request, account_id: int) -> HttpResponse:
    account = access.account(request.actor, account_id)
    will = [_("All sessions of %(username)s end; the new password is shown once.") % {"username": account.username}]
    back = reverse("console:accounts")

    def do() -> str:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        actions.set_password(request.actor, account, password=password, at=request.at)
        request.session["given_password"] = {"username": account.username, "password": password}
        return _("A new password is set.")

    asking = Asking(_("New password"), _("Set it"), ShownForm(sent(request)), back, will, icon="lock")
    return answer(request, asking, do)


@gate.roles(ADMIN, SECURITY)
@tells_in_place
def shut_account(request: Request, account_id: int) -> HttpResponse:
    account = access.account(request.actor, account_id)
    will = [_("%(username)s cannot sign in any more, and every session ends now.") % {"username": account.username}]
    back = reverse("console:accounts")

    def do() -> str:
        actions.deactivate(request.actor, account, at=request.at)
        return _("The account %(username)s is shut.") % {"username": account.username}

    asking = Asking(_("Shut the account"), _("Shut"), ShownForm(sent(request)), back, will, True, "lock")
    return answer(request, asking, do)


@gate.roles(SECURITY, AUDITOR)
def tokens(request: Request) -> HttpResponse:
    context = {
        "page": access.tokens(request.actor, cursor=request.GET.get("cursor"), size=shown.SIZE),
        "parts": shown.parts(request.actor, "tokens"),
        "may_issue": access_policy.may_issue_tokens(request.actor),
        "given": request.session.pop("given_token", None),
        "labels": dict(shown.scopes()),
    }
    return render(request, "console/admin/tokens.html", context)


@gate.roles(SECURITY)
@tells_in_place
def issue_token(request: Request) -> HttpResponse:
    """The unit comes first (`?unit=`): its posts are offered then."""
    form = TokenForm(sent(request), initial={"unit": request.GET.get("unit", ""), "days": 365})
    unit_id = id_asked(request, "unit") or number_in(request.POST.get("unit", ""))
    choices.offer(form, "unit", choices.pairs(choices.units(unit_id), first=_("Choose")))
    choices.offer(form, "scopes", shown.scopes())
    known = shown.posts(unit_id, at=request.at) if unit_id else []
    choices.offer(form, "post", [("", _("None: it sends in and reads public things")), *known])
    will = [_("The token is shown once. Whoever has it acts for the unit until it ends or is revoked.")]

    def do() -> str:
        unit = registry.unit(read_id(request.POST, "unit", gettext_noop("Unit")))
        wanted = request.POST.get("post", "")
        post = next(
            (one for one in history.posts_of_unit(unit.pk, localdate(request.at)) if str(one.pk) == wanted), None
        )
        made, clear = actions.issue_token(
            request.actor,
            name=request.POST.get("name", ""),
            unit=unit,
            scopes=request.POST.getlist("scopes"),
            post=post,
            lifetime=timedelta(days=min(number_in(request.POST.get("days", "")) or 0, 10_000)),
            at=request.at,
        )
        request.session["given_token"] = {"name": made.name, "token": clear}
        return _("The token %(name)s is issued.") % {"name": made.name}

    asking = Asking(_("Issue a token"), _("Issue"), form, reverse("console:tokens"), will, icon="shield")
    return answer(request, asking, do)


@gate.roles(SECURITY)
@tells_in_place
def revoke_token(request: Request, token_id: int) -> HttpResponse:
    token = access.token(request.actor, token_id)
    will = [_("“%(name)s” opens nothing from now on. Whatever uses it stops working.") % {"name": token.name}]

    def do() -> str:
        actions.revoke_token(request.actor, token, at=request.at)
        return _("The token is revoked.")

    form, back = ShownForm(sent(request)), reverse("console:tokens")
    return answer(request, Asking(_("Revoke the token"), _("Revoke"), form, back, will, True, "close"), do)


@gate.roles(SECURITY, AUDITOR)
def reads(request: Request) -> HttpResponse:
    """Who opened what; `?account=` of one reader, `?record=` of one card."""
    page = access.read_log(
        request.actor,
        account_id=id_asked(request, "account"),
        record=shown.record_asked(request.GET.get("record", "")),
        cursor=request.GET.get("cursor"),
        size=shown.SIZE,
    )
    context: dict[str, Any] = {
        "page": page,
        "rows": shown.reads(page),
        "narrowed": bool(request.GET.get("account") or request.GET.get("record")),
        "odd": access.odd_readers(request.actor, localdate(request.at)),
        "parts": shown.parts(request.actor, "reads"),
    }
    return render(request, "console/admin/reads.html", context)


@gate.roles(ADMIN, SECURITY, AUDITOR)
def changes(request: Request) -> HttpResponse:
    """What was changed outside the ledger; `?record=` of one record."""
    of = changing.record_asked(request.GET.get("record", ""))
    page = access.changes(request.actor, of=of, cursor=request.GET.get("cursor"), size=changing.SIZE)
    context = {
        "page": page,
        "rows": changing.shown(page),
        "narrowed": of is not None,
        "parts": shown.parts(request.actor, "changes"),
    }
    return render(request, "console/admin/changes.html", context)


@gate.roles(ADMIN)
def calendar(request: Request) -> HttpResponse:
    """The days of `?year=`; POST loads a year's notice, pasted or as a file of the same lines."""
    year = id_asked(request, "year") or localdate(request.at).year
    form = NoticeForm(sent(request), initial={"year": year + 1})
    status = 200
    if request.method == "POST":
        try:
            return _load(request)
        except Problem as problem:
            form.refuse(problem)
            status = problem.status
    context = {"calendar": shown.calendar_page(year), "form": form, "parts": shown.parts(request.actor, "calendar")}
    return render(request, "console/admin/calendar.html", context, status=status)


def _load(request: Request) -> HttpResponse:
    given = request.FILES.get("file")
    text = given.read(200_000).decode("utf-8-sig", "replace") if given else request.POST.get("days", "")
    year = read_id(request.POST, "year", gettext_noop("Year"))
    count = load_notice(request.actor, year, days=shown.read_notice(text), at=request.at)
    words = _("%(days)s days of %(year)s are loaded. Estimated dates are counted again in the background.")
    messages.success(request, words % {"days": count, "year": year})
    return redirect(f"{reverse('console:calendar')}?year={year}")


@gate.roles(ADMIN)
def duties(request: Request) -> HttpResponse:
    context = {"rows": shown.duty_lines(), "parts": shown.parts(request.actor, "duties")}
    return render(request, "console/admin/duties.html", context)


@gate.roles(ADMIN)
@tells_in_place
def duty(request: Request, key: str) -> HttpResponse:
    """Give one to a unit, in the whole district or in one place."""
    form = DutyForm(sent(request))
    choices.offer(form, "unit", choices.pairs(choices.units(None), first=_("Choose")))
    choices.offer(form, "place", choices.pairs(choices.places(None), first=_("The whole district")))
    will = [_("New cases go by it at once; open ones stay where they are.")]
    wanted = named_duties().get(key)
    names = "、".join(said(name) for name in wanted.names) if wanted else ""

    def do() -> str:
        given = give_duty(
            request.actor,
            key,
            unit_id=read_id(request.POST, "unit", gettext_noop("Unit")),
            place_id=read_choice(request.POST, "place", gettext_noop("Place")),
            at=request.at,
        )
        return _("%(unit)s has the duty now.") % {"unit": given.unit.name}

    title = _("Who answers for %(what)s") % {"what": names or key}
    return answer(request, Asking(title, _("Give"), form, reverse("console:duties"), will, icon="unit"), do)


urlpatterns = [
    path("admin/", accounts, name="accounts"),
    path("admin/accounts/new/", new_account, name="new_account"),
    path("admin/accounts/<int:account_id>/password/", give_password, name="give_password"),
    path("admin/accounts/<int:account_id>/shut/", shut_account, name="shut_account"),
    path("admin/tokens/", tokens, name="tokens"),
    path("admin/tokens/issue/", issue_token, name="issue_token"),
    path("admin/tokens/<int:token_id>/revoke/", revoke_token, name="revoke_token"),
    path("admin/reads/", reads, name="reads"),
    path("admin/changes/", changes, name="changes"),
    path("admin/calendar/", calendar, name="calendar"),
    path("admin/duties/", duties, name="duties"),
    path("admin/duties/<slug:key>/", duty, name="duty"),
]
