"""A phone out of doors, for stories in which the network goes."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from guanjia.access.models import Account
from tests.people import client_of

_UNTIL_KEPT = """async (urls) => {
  const end = Date.now() + 30_000;
  const missing = async () =>
    (await Promise.all(urls.map(async (url) => ((await caches.match(url)) ? [] : [url])))).flat();
  while ((await missing()).length) {
    if (Date.now() > end) throw new Error(`not kept: ${await missing()}`);
    await new Promise(requestAnimationFrame);
  }
}"""


def until_kept(page: Page, *urls: str) -> None:
    """Until the device has these pages and scripts."""
    page.evaluate(_UNTIL_KEPT, list(urls))


def sign_in(page: Page, live_server: Any, account: Account) -> None:
    """Without the pages of signing in, which have stories of their own."""
    cookie = client_of(account).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
