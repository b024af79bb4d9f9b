"""The settings of a new demo. Needs no Django: it is written before there is a district to enter."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

DISTRICT = "清河区"


def write_settings(path: Path, port: int) -> None:
    """Keys of its own for each demo. Only the owner may read them."""
    lines = {
        "GUANJIA_DEMO": "1",
        "GUANJIA_DEBUG": "0",
        "GUANJIA_DISTRICT_NAME": DISTRICT,
        "GUANJIA_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "GUANJIA_LOG_LEVEL": "WARNING",
        "GUANJIA_SMS_GATEWAY": "file",
        "GUANJIA_SECRET_KEY": secrets.token_urlsafe(48),
        "GUANJIA_DATA_KEYS": f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "GUANJIA_INDEX_KEY": secrets.token_urlsafe(32),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in lines.items()), "utf-8")
