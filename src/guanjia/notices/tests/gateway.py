"""A gateway that keeps what it was given, and fails when it is told to."""

from __future__ import annotations

from typing import ClassVar

from guanjia.notices.channels.errors import ChannelError

PATH = f"{__name__}.Recorder"


class Recorder:
    sent: ClassVar[list[tuple[str, str, str]]] = []
    #: What to raise at the coming calls, in order; None: nothing.
    faults: ClassVar[list[Exception | None]] = []

    def send(self, phone: str, text: str, reference: str) -> None:
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        self.sent.append((phone, text, reference))


def busy() -> ChannelError:
    return ChannelError("busy", retry=True)


def barred() -> ChannelError:
    return ChannelError("the number is barred", retry=False)
