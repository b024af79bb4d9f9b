"""Whatever stands in an address after its question mark, or is sent to it: a page or a clear refusal, never a fault of
ours."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.people import District, client_of
from tests.stories.routes import routes
from tests.stories.samples import SAMPLES

SRC = Path(__file__).parents[2] / "src/guanjia"
#: What a page reads of its address or of a form: `GET.get("place")`, `id_asked(request, "place")`, `sent["to"]`, ….
_READ = re.compile(
    r"""(?:GET|POST|given|query|asked|sent|data)(?:\.get(?:list)?\(\s*|\[)"(\w+)"|_asked\(request, "(\w+)\""""
)
NONSENSE = {
    "a digit that is no number": "²",
    "a number without end": "9" * 5000,
    "beyond any row": "9" * 25,
    "below nothing": "-1",
    "a sign that no text has": "\x00",
    "a broken cursor": "WzEsMl0=",
    "a day that is none": "2026-02-30",
}


def names() -> list[str]:
    faces = (path for face in ("console", "portal") for path in (SRC / face).rglob("*.py") if "tests" not in path.parts)
    found = (pair for path in faces for pair in _READ.findall(path.read_text("utf-8")))
    return sorted({name for pair in found for name in pair if name})


def test_the_names_are_found() -> None:
    assert {"place", "find", "cursor", "month", "programme", "kind"} <= set(names())


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("who", ["高翔", None])
@pytest.mark.parametrize("what", NONSENSE)
def test_no_nonsense_in_an_address_breaks_a_page(district: District, who: str | None, what: str) -> None:
    client = client_of(district.account(who)) if who else Client()
    client.raise_request_exception = False
    # A list whose page is not known reads nothing else: that is a case of its own.
    read = [name for name in names() if (name == "cursor") == (what == "a broken cursor")]
    nonsense = dict.fromkeys(read, NONSENSE[what])
    broken = []
    for route in routes():
        if route.method != "GET" or route.pattern.startswith("api/"):
            continue
        url = route.url(SAMPLES, district)
        answers = {"GET": client.get(f"{url}?{urlencode(nonsense)}"), "POST": client.post(url, nonsense)}
        broken += [f"{how} {url}: {one.status_code}" for how, one in answers.items() if one.status_code >= 500]
    assert not broken
