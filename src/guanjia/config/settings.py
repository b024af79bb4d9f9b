"""One settings file. Whatever a district may vary in its work is a playbook, never a setting.
`docs/reference/settings.md` lists each variable."""

from __future__ import annotations

import sys
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from guanjia.config import environment as env

DIR = Path(env.text("GUANJIA_DIR", "var")).resolve()
DEBUG = env.flag("GUANJIA_DEBUG", default=False)
TESTING = "pytest" in sys.modules
DEMO = env.flag("GUANJIA_DEMO", default=False)
#: Whether the worker lets the people of a demo go on asking and acting.
GUANJIA_DEMO_LIVE = env.flag("GUANJIA_DEMO_LIVE", default=False)

SECRET_KEY = env.text("GUANJIA_SECRET_KEY", "tests-only-" * 5 if TESTING else "")
GUANJIA_DATA_KEYS = env.keys("GUANJIA_DATA_KEYS", "t:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=" if TESTING else "")
GUANJIA_INDEX_KEY = env.text("GUANJIA_INDEX_KEY", "tests-only" if TESTING else "")
if not (SECRET_KEY and GUANJIA_DATA_KEYS and GUANJIA_INDEX_KEY):
    raise ImproperlyConfigured(
        "No keys. Give --dir with a district made by `guanjia demo`, or set GUANJIA_SECRET_KEY, "
        "GUANJIA_DATA_KEYS and GUANJIA_INDEX_KEY "
        "(see docs/reference/settings.md)."
    )

#: How the district is called on every screen.
GUANJIA_DISTRICT_NAME = env.text("GUANJIA_DISTRICT_NAME", "示范区")
#: Where links in messages lead.
GUANJIA_PUBLIC_URL = env.text("GUANJIA_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
#: Whom residents ring when a page cannot help.
GUANJIA_HELP_LINE = env.text("GUANJIA_HELP_LINE", "12345")
#: A tile source for maps, e.g. https://tiles.example/{z}/{x}/{y}.png; maps work without one.
GUANJIA_MAP_TILES = env.text("GUANJIA_MAP_TILES", "")
GUANJIA_MAP_TILES_CRS = env.choice("GUANJIA_MAP_TILES_CRS", "wgs84", ("wgs84", "gcj02"))
#: An apprise URL that hears of every notice, besides in-app and mail.
GUANJIA_WEBHOOK = env.text("GUANJIA_WEBHOOK", "")
#: A folder of fonts for what is printed; empty: those of the machine.
GUANJIA_FONTS = env.text("GUANJIA_FONTS", "")
#: How text messages go out: "console", "file", or the dotted path of a gateway; empty: not at all.
GUANJIA_SMS_GATEWAY = env.text("GUANJIA_SMS_GATEWAY", "")
#: Whether staff must show a second factor to see people's data.
GUANJIA_STAFF_MFA = env.flag("GUANJIA_STAFF_MFA", default=not (DEMO or TESTING))

ALLOWED_HOSTS = env.words("GUANJIA_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_FAILURE_VIEW = "guanjia.config.problems.csrf_failure"
CSRF_TRUSTED_ORIGINS = [GUANJIA_PUBLIC_URL]

INSTALLED_APPS = [
    "guanjia.kernel",
    "guanjia.registry",
    "guanjia.access",
    "guanjia.programmes",
    "guanjia.cases",
    "guanjia.fieldwork",
    "guanjia.notices",
    "guanjia.ui",
    "guanjia.console",
    "guanjia.portal",
    "guanjia.api",
    "guanjia.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "guanjia.config.middleware.SystemsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "guanjia.access.middleware.ActorMiddleware",
    "guanjia.config.problems.ProblemMiddleware",
]

ROOT_URLCONF = "guanjia.config.urls"
WSGI_APPLICATION = "guanjia.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "guanjia.config.context.district",
                "guanjia.console.navigation.frame",
            ],
        },
    }
]

ENGINE = env.choice("GUANJIA_TEST_DB" if TESTING else "GUANJIA_DB", "sqlite", ("sqlite", "postgres"))
if ENGINE == "sqlite":
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DIR / "district.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: an acknowledged request survives a power cut (docs/why/database.md).
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                "PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000; "
                "PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY;",
            },
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "guanjia.kernel.postgres",
            "NAME": env.text("GUANJIA_DB_NAME", "guanjia"),
            "USER": env.text("GUANJIA_DB_USER", "postgres"),
            "PASSWORD": env.text("GUANJIA_DB_PASSWORD", ""),
            "HOST": env.text("GUANJIA_DB_HOST", "127.0.0.1"),
            "PORT": env.number("GUANJIA_DB_PORT", 5432),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Shared between processes: sign-in rate limits count in it.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"},
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
if TESTING:
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}

AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["guanjia.access.hashing.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "guanjia.access.adapter.AccountAdapter"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,20/5m/ip"}
ACCOUNT_LOGOUT_ON_GET = False
MFA_ADAPTER = "guanjia.access.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
USERSESSIONS_TRACK_ACTIVITY = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "console:work"
LOGOUT_REDIRECT_URL = "portal:home"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
TIME_ZONE = env.text("GUANJIA_TIME_ZONE", "Asia/Shanghai")
USE_I18N = True
#: Catalogues of the rooms that are no Django apps.
LOCALE_PATHS = [Path(__file__).parents[1] / room / "locale" for room in ("playbook", "printing", "config", "cli")]
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DIR / "static"
MEDIA_ROOT = DIR / "media"
#: What the district has learned of its own cases (`cases.classify`); can be deleted, is learned again.
GUANJIA_MODELS = DIR / "models"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
#: The largest photo taken in, in bytes; it is re-encoded to less.
GUANJIA_PHOTO_LIMIT = env.number("GUANJIA_PHOTO_LIMIT", 15 * 1024 * 1024)

HTTPS = env.flag("GUANJIA_HTTPS", default=GUANJIA_PUBLIC_URL.startswith("https://"))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
BEHIND_PROXY = env.flag("GUANJIA_BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
#: Without it all visitors would come from one address and share its rate limits.
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [
            SELF,
            "data:",
            "blob:",
            *([GUANJIA_MAP_TILES.split("{")[0]] if GUANJIA_MAP_TILES else []),
        ],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
    }
}

EMAIL_BACKEND = env.text("GUANJIA_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = env.text("GUANJIA_EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("GUANJIA_EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("GUANJIA_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("GUANJIA_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("GUANJIA_EMAIL_TLS", default=False)
DEFAULT_FROM_EMAIL = env.text("GUANJIA_EMAIL_FROM", "guanjia@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "guanjia.config.logs.Line",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Django's own handlers would say the same once more, with what is masked here.
    "loggers": {"django": {"handlers": []}},
    "root": {"handlers": ["console"], "level": env.text("GUANJIA_LOG_LEVEL", "INFO")},
}
