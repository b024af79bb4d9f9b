from __future__ import annotations


class ChannelError(Exception):
    """It did not go out. `retry`: whether another try may help. The text is for the administrator: no address or
    phone in it."""

    def __init__(self, text: str, *, retry: bool) -> None:
        super().__init__(text)
        self.retry = retry
