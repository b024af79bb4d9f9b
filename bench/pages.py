"""What staff look at all day, with nobody else and with three others asking at the same time."""

from __future__ import annotations

from importlib import import_module
from urllib.parse import quote

from django.conf import settings

from bench import load, server
from bench.figures import Figure, figure
from bench.ground import Ground
from guanjia.access.models import Account
from guanjia.cases.models import Case


def measure(ground: Ground, cases: int, seconds: float) -> list[Figure]:
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={_session()}"}
    numbers = [case.number for case in Case.objects.filter(sealed_to__isnull=True).order_by("-pk")[:2000]]
    pages = {
        "ledger, first page": lambda n: "/desk/ledger/",
        "ledger, open and overdue": lambda n: "/desk/ledger/?only=overdue",
        "desk, to dispatch": lambda n: "/desk/dispatch/",
        "case page": lambda n: f"/desk/case/{numbers[n % len(numbers)]}/",
        "search, common word": lambda n: f"/desk/ledger/?text={quote('路灯')}",
        "search, rare word": lambda n: f"/desk/ledger/?text=kod{n * 7919 % 5000:04d}",
        "public ledger": lambda n: "/ledger/",
    }
    figures = []
    with server.serving(ground.environment) as (port, pid):
        for name, path in pages.items():
            load.run(port, lambda n, path=path: load.Ask("GET", path(n), headers=cookie), concurrency=2, seconds=0.5)
            for concurrency in (1, 4):
                cpu = server.cpu_seconds(pid)
                found = load.run(
                    port,
                    lambda n, path=path: load.Ask("GET", path(n), headers=cookie),
                    concurrency=concurrency,
                    seconds=seconds / 2,
                )
                spent = server.cpu_seconds(pid) - cpu
                figures.append(figure(name, concurrency, found.seconds, found.latencies, found.errors, spent))
                for complaint in found.complaints[:1]:
                    print(name, complaint)
    return figures


def _session() -> str:
    """A signed-in dispatcher of the whole district: who sees everything, and so waits longest."""
    account = Account.objects.filter(officer__holdings__post__role="dispatcher").order_by("pk").first()
    assert account is not None, "the district has a dispatcher with an account"
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.update(
        {
            "_auth_user_id": str(account.pk),
            "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
            "_auth_user_hash": account.get_session_auth_hash(),
        }
    )
    store.create()
    return str(store.session_key)
