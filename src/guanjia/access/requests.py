"""The type of a request as views see it."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from guanjia.kernel.actor import Actor


class Request(HttpRequest):
    """For annotations: what `middleware.ActorMiddleware` makes of every request."""

    #: One aware moment for the whole request.
    at: datetime
    actor: Actor
