"""How passwords are kept."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id at the floor of the OWASP password storage cheat sheet: 19 MiB, two passes, one lane.

    Costs about 30 ms of one core per sign-in; Django's own default (100 MiB, eight lanes) would let a few dozen
    sign-ins at once empty a small server's memory.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
