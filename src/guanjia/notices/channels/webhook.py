"""One group chat (WeCom, DingTalk, Feishu, or plain JSON) by an apprise URL. It hears what happened to which number and
which unit has it: no name, no phone, not the words of the request."""

from __future__ import annotations

import apprise
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from guanjia.notices.channels.errors import ChannelError
from guanjia.notices.links import staff_link
from guanjia.notices.models import Delivery, Notice
from guanjia.notices.texts import spoken
from guanjia.playbook.lifecycle.verbs import verbs
from guanjia.programmes.queries import playbook_of


def send(delivery: Delivery) -> None:
    target = apprise.Apprise()
    if not target.add(settings.GUANJIA_WEBHOOK):
        raise ChannelError("GUANJIA_WEBHOOK is no address that apprise knows", retry=True)
    with override(settings.LANGUAGE_CODE):
        title, text = announcement(delivery.notice)
    if not target.notify(title=title, body=text, body_format=apprise.NotifyFormat.TEXT):
        raise ChannelError("the other side did not take the message", retry=True)


def announcement(notice: Notice) -> tuple[str, str]:
    """Title and body in the active language."""
    case = notice.case
    if case is None or case.sealed_to_id is not None:
        raise ChannelError("nothing that a group may hear", retry=False)
    rule = verbs().get(notice.verb)
    happened = _(rule.told) if rule is not None else _("the request was registered")
    category = playbook_of(case.version_id).category(case.category)
    unit = notice.params.get("unit", "")
    parts = [category.name.in_(settings.LANGUAGE_CODE) if category is not None else "", unit]
    if notice.params.get("due"):
        parts.append(_("due %(due)s") % {"due": spoken("due", notice.params["due"])})
    body = " · ".join(part for part in parts if part)
    return f"{case.number} {happened}", f"{body}\n{staff_link(case)}"
