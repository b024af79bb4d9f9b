"""Invented people: names and telephones."""

from __future__ import annotations

import random

from guanjia.demo.words import words


def name(chance: random.Random) -> str:
    names = words("names")
    # The commonest family names come first and are drawn most.
    surnames: str = names["surnames"]
    surname = surnames[int(len(surnames) * chance.random() ** 2)]
    return surname + chance.choice(names["given"])


def mobile(chance: random.Random) -> str:
    """Of a range that no carrier has handed out to anybody: 1400 000 0000 upwards."""
    return f"1400{chance.randrange(10_000_000):07d}"


def landline(number: int) -> str:
    """Of an area code that does not exist."""
    return f"0100-8{number:07d}"
