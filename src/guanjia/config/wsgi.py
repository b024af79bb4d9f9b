"""Entry point for any WSGI server."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanjia.config.settings")
application = get_wsgi_application()

from guanjia.cases import classify  # noqa: E402  it has models, which stand only now

# Every page with what it imports is loaded before the first request comes, and what the classifier has learned, whose
# library takes seconds to load: else somebody would wait for them.
_pages = get_resolver().url_patterns
classify.read_models()

# All of that stays as long as the process does: the collector need not walk through it again and again, which took 4
# to 11 % of a request's time.
gc.collect()
gc.freeze()
