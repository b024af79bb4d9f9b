"""Entry point for any WSGI server."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanjia.config.settings")
application = get_wsgi_application()
# Every page with what it imports is loaded before the first request comes, which would wait for it: some seconds of
# processor time in each process, most of it the libraries of the classifier.
_pages = get_resolver().url_patterns
