"""Marks text for translation where Django may not be imported."""


def gettext_noop(message: str) -> str:
    return message
