"""Text messages through a gateway: whatever the district has a contract with, behind one small interface."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from guanjia.notices.channels.errors import ChannelError
from guanjia.notices.models import Delivery
from guanjia.notices.rules.sms import is_mobile
from guanjia.notices.texts import language_of, written


class Gateway(Protocol):
    """`GUANJIA_SMS_GATEWAY` names a class of this shape by its dotted path; it is made without arguments."""

    def send(self, phone: str, text: str, reference: str) -> None:
        """Hand one message over. `reference` is the same at each try. Raises ChannelError."""


class ConsoleGateway:
    """Writes each message to standard output: for development."""

    def send(self, phone: str, text: str, reference: str) -> None:
        sys.stdout.write(f"SMS {reference} → {phone}: {text}\n")


class FileGateway:
    """Adds each message to `sms.log` in the district's folder: for the demo, and for a trial before a contract."""

    def send(self, phone: str, text: str, reference: str) -> None:
        line = " ".join(text.split())
        try:
            with (settings.DIR / "sms.log").open("a", encoding="utf-8") as log:
                log.write(f"{reference}\t{phone}\t{line}\n")
        except OSError as error:
            raise ChannelError(f"sms.log cannot be written ({type(error).__name__})", retry=True) from error


_SHIPPED: Mapping[str, Callable[[], Gateway]] = {"console": ConsoleGateway, "file": FileGateway}


def send(delivery: Delivery) -> None:
    contact, officer = delivery.notice.contact, delivery.notice.officer
    phone = contact.phone if contact is not None else officer.mobile if officer is not None else ""
    if not is_mobile(phone):
        raise ChannelError("there is no mobile number any more", retry=False)
    words = written(delivery.notice, language_of(delivery.notice))
    text = f"【{settings.GUANJIA_DISTRICT_NAME}】{words}"
    _gateway().send(phone, text, f"notice-{delivery.pk}")


def _gateway() -> Gateway:
    name = settings.GUANJIA_SMS_GATEWAY
    if not name:
        raise ChannelError("no gateway is set", retry=True)
    try:
        made: Gateway = _SHIPPED[name]() if name in _SHIPPED else import_string(name)()
    except ImportError as error:
        raise ChannelError(f"the gateway {name} cannot be loaded", retry=True) from error
    return made
