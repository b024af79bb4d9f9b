"""The request as every view receives it, after `ActorMiddleware`."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from guanjia.kernel.actor import Actor


class Request(HttpRequest):
    """Typing only: nothing is ever made of this class."""

    actor: Actor
    #: The moment of the request, aware; the one "now" of everything that it does.
    at: datetime
