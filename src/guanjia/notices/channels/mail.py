"""Mail by Django's backend; `docs/reference/notices.md` lists the settings."""

from __future__ import annotations

import smtplib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from guanjia.notices.channels.errors import ChannelError
from guanjia.notices.digest import body
from guanjia.notices.models import Channel, Delivery, Mode, Notice, Preference
from guanjia.notices.rules.wording import first_sentence
from guanjia.notices.texts import language_of, said, written

#: From here on the other side says that the address or the message will never do (RFC 5321 §4.2.1).
_FOR_GOOD = 500


def send(delivery: Delivery) -> None:
    notice = delivery.notice
    language = language_of(notice)
    text = written(notice, language)
    with override(language):
        if notice.kind == "digest":
            text = body(notice)
        foot = _("Sent by the system; please do not answer this mail.")
        subject = f"[{settings.GUANJIA_DISTRICT_NAME}] {first_sentence(said(notice, language))}"
        message = EmailMessage(
            subject,
            f"{text}\n\n{foot}",
            to=[_address(notice)],
            # The same at each try: a mail that arrives twice is shown once.
            headers={"Message-ID": f"<notice-{delivery.pk}@{_host()}>", "Auto-Submitted": "auto-generated"},
        )
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        raise ChannelError(f"the address was refused ({codes})", retry=min(codes, default=0) < _FOR_GOOD) from error
    except smtplib.SMTPResponseException as error:
        raise ChannelError(f"the mail server answered {error.smtp_code}", retry=error.smtp_code < _FOR_GOOD) from error
    except OSError as error:  # smtplib's own errors among them
        raise ChannelError(f"the mail server cannot be reached ({type(error).__name__})", retry=True) from error


def _address(notice: Notice) -> str:
    if notice.contact is not None:
        address = notice.contact.email
    else:
        chosen = Preference.objects.filter(officer=notice.officer, channel=Channel.MAIL).exclude(mode=Mode.OFF)
        address = next((one.address for one in chosen), "")
    if not address:
        raise ChannelError("there is no mail address any more", retry=False)
    return address


def _host() -> str:
    return urlsplit(settings.GUANJIA_PUBLIC_URL).hostname or "localhost"
