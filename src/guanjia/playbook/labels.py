"""What people call the roles, and how somebody may stand to a case."""

from gettext import NullTranslations

from guanjia.kernel.actor import Role
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.limits import Limit, TimeUnit

ROLE_LABELS = {
    Role.STEWARD: _("Steward"),
    Role.CLERK: _("Community clerk"),
    Role.DISPATCHER: _("Dispatcher"),
    Role.HANDLER: _("Department handler"),
    Role.LEAD_OFFICE: _("Lead office"),
    Role.ARBITER: _("Arbiter"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.DISCIPLINE: _("Discipline inspection"),
    Role.LEADER: _("Leader"),
    Role.ADMINISTRATOR: _("System administrator"),
    Role.SECURITY_ADMINISTRATOR: _("Security administrator"),
    Role.AUDITOR: _("Auditor"),
}

#: How an actor stands to a case, beyond the posts that they hold (`lifecycle.verbs.RELATIONS`).
RELATION_LABELS = {
    **{str(role): label for role, label in ROLE_LABELS.items()},
    "asker": _("The asker"),
    "holder": _("Who holds the case"),
    "assistant": _("An assisting unit"),
    "desk": _("The dispatch desk"),
    "receiver": _("The body that it was handed over to"),
    "system": _("The system"),
}

CHANNEL_LABELS = {
    "web": _("Web page"),
    "card": _("Steward's card"),
    "visit": _("Visit"),
    "hotline": _("Hotline"),
    "gate_book": _("Gate book"),
    "import": _("Import"),
    "open311": "Open311",
    "api": _("Another system"),
    "meeting": _("Meeting"),
    "child": _("Part of another case"),
}

SUBJECT_LABELS = {
    "business": _("Businesses"),
    "household": _("Households"),
    "person": _("Persons"),
    "place": _("Places"),
    "unit": _("Units"),
}

KIND_LABELS = {
    "consult": _("Question"),
    "help": _("Request for help"),
    "suggest": _("Suggestion"),
    "complain": _("Complaint"),
    "report": _("Something reported"),
}

EVIDENCE_LABELS = {
    "note": _("a written account"),
    "photo": _("a photo"),
    "document": _("a document"),
    "signature": _("a signature"),
}

PERIOD_LABELS = {
    "week": _("every week"),
    "fortnight": _("every fortnight"),
    "month": _("every month"),
    "quarter": _("every quarter"),
    "half-year": _("every half-year"),
    "year": _("every year"),
}

WEEKDAY_LABELS = {
    "monday": _("on Monday"),
    "tuesday": _("on Tuesday"),
    "wednesday": _("on Wednesday"),
    "thursday": _("on Thursday"),
    "friday": _("on Friday"),
    "saturday": _("on Saturday"),
    "sunday": _("on Sunday"),
}

PER_LABELS = {
    "subject": _("for each subject"),
    "steward": _("for each steward"),
    "unit": _("for each unit"),
    "programme": _("once for the programme"),
}

SWEPT_LABELS = {
    "courtyard": _("every courtyard"),
    "grid": _("every grid"),
    "household": _("every household"),
    "business": _("every business"),
    "place": _("every place on the list"),
}

#: In what help and works are counted.
MEASURE_LABELS = {
    "m": _("metres"),
    "m2": _("square metres"),
    "m3": _("cubic metres"),
    "t": _("tonnes"),
    "tree": _("trees"),
    "plant": _("plants"),
    "pot": _("pots"),
    "plot": _("plots"),
    "spot": _("spots"),
    "building": _("buildings"),
    "piece": _("pieces"),
    "copy": _("copies"),
    "person-time": _("person-times"),
    "meeting": _("meetings"),
    "yuan": _("yuan"),
}

UNIT_KIND_LABELS = {
    "leadership": _("District leadership"),
    "department": _("Departments"),
    "street_office": _("Street offices"),
    "community_committee": _("Community committees"),
    "team": _("Teams"),
    "company": _("Companies"),
    "service": _("Public services"),
}


def limit_said(limit: Limit, texts: NullTranslations) -> str:
    """`3wd` as people say it: 3 个工作日 / 3 working days."""
    ngettext, n = texts.ngettext, limit.amount
    said = {
        TimeUnit.MINUTES: ngettext("%(n)d minute", "%(n)d minutes", n),
        TimeUnit.HOURS: ngettext("%(n)d hour", "%(n)d hours", n),
        TimeUnit.WORKING_HOURS: ngettext("%(n)d working hour", "%(n)d working hours", n),
        TimeUnit.WORKING_DAYS: ngettext("%(n)d working day", "%(n)d working days", n),
        TimeUnit.DAYS: ngettext("%(n)d day", "%(n)d days", n),
    }
    return said[limit.unit] % {"n": n}
