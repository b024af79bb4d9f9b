"""The ways out of the house, behind one seam: `send(delivery)` either goes out or raises `ChannelError`.

A channel may block; the caller holds no transaction. It may be asked to send one delivery twice (a worker died between
sending and noting it), so each passes on a reference that lets the other side drop the second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from guanjia.notices.channels import mail, sms, webhook
from guanjia.notices.channels.errors import ChannelError
from guanjia.notices.models import Channel, Delivery

__all__ = ["ChannelError", "send"]

_CHANNELS: Mapping[str, Callable[[Delivery], None]] = {
    Channel.MAIL: mail.send,
    Channel.SMS: sms.send,
    Channel.WEBHOOK: webhook.send,
}


def send(delivery: Delivery) -> None:
    """Needs the delivery's notice with its case, officer and contact. Raises ChannelError."""
    _CHANNELS[delivery.channel](delivery)
