"""What the worker calls."""

from __future__ import annotations

from datetime import datetime

from guanjia.programmes import actions
from guanjia.programmes.actions.cards import forget_orders, make_part


def coverage_alarm(at: datetime) -> int:
    """Tell of every new hole in the one-steward guarantee. To be run each hour, and after each night's imports."""
    return actions.sound_alarm(at=at)


def print_cards(at: datetime) -> int:
    """One part of the cards that somebody ordered."""
    return make_part(at=at)


def forget_prints(at: datetime) -> int:
    """Remove the sheets of orders that were made long ago."""
    return forget_orders(at=at)
