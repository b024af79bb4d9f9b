"""What the worker calls."""

from __future__ import annotations

from datetime import datetime

from guanjia.programmes import actions


def coverage_alarm(at: datetime) -> int:
    """Tell of every new hole in the one-steward guarantee. To be run each hour, and after each night's imports."""
    return actions.sound_alarm(at=at)
