"""What is shown of a person before somebody has said why they need more."""

from __future__ import annotations


def mask_name(name: str) -> str:
    """王小明 → 王**; keeps the family name only."""
    return name[:1] + "*" * max(len(name) - 1, 0)


def mask_phone(phone: str) -> str:
    """13800138000 → 138****8000; keeps what lets its owner recognise it."""
    if len(phone) <= 2:
        return "*" * len(phone)
    if len(phone) < 8:
        return "*" * (len(phone) - 2) + phone[-2:]
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"


def mask_email(address: str) -> str:
    """li.ming@example.org → l***@example.org; how long it is stays hidden."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}***{at}{domain}" if at else "***"


def mask_id_number(number: str) -> str:
    """Keeps the first and the last character."""
    if len(number) <= 2:
        return "*" * len(number)
    return f"{number[:1]}{'*' * (len(number) - 2)}{number[-1:]}"


def mask_address(address: str) -> str:
    """Every digit goes: the street stays, the door does not."""
    return "".join("*" if char.isdigit() else char for char in address)
