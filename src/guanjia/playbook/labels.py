"""What people call the roles, and how somebody may stand to a case."""

from guanjia.kernel.actor import Role
from guanjia.kernel.text import gettext_noop as _

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
