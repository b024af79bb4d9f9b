"""The settings with made-up keys, for tools that need Django but no district: mypy, `makemigrations`.

python3 dev.py run django-admin makemigrations --settings tools.settings
"""

from __future__ import annotations

import os

os.environ.setdefault("GUANJIA_SECRET_KEY", "tools-only")
os.environ.setdefault("GUANJIA_DATA_KEYS", "t:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
os.environ.setdefault("GUANJIA_INDEX_KEY", "tools-only")

from guanjia.config.settings import *  # noqa: F403
