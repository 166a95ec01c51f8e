"""Django's settings, made from the environment (`seconder.core.environment` is the table); starts nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from seconder.core import embedded, environment, secrets_folder

ROOT = Path(__file__).resolve().parent.parent
_given = environment.read(os.environ)

# pytest says that it runs: no test may reach the folder of a real installation, however it was started.
_default_data_dir = ROOT / "var" / ("test" if "PYTEST_VERSION" in os.environ else "")
DATA_DIR = Path(_given["DATA_DIR"] or _default_data_dir).absolute()
EMBEDDED_DATABASE = _given["DATABASE_URL"] is None
DATABASE_URL: str = _given["DATABASE_URL"] or embedded.url(DATA_DIR)
if _given["SECRET_KEY"] is None and not EMBEDDED_DATABASE:
    raise environment.Misconfigured("SECONDER_SECRET_KEY is required together with SECONDER_DATABASE_URL.")
SECRET_KEY = _given["SECRET_KEY"] or secrets_folder.secret_key(DATA_DIR)

BASE_URL = str(_given["BASE_URL"]).rstrip("/")
MODEL = str(_given["MODEL"])
MODEL_BASE_URL = _given["MODEL_BASE_URL"]
MODEL_API_KEY = _given["MODEL_API_KEY"]
EMAIL_URL = _given["EMAIL_URL"] or (DATA_DIR / "outbox").as_uri()
OBJECT_STORE_URL = _given["OBJECT_STORE_URL"] or (DATA_DIR / "files").as_uri()
TRUSTED_PROXIES = [proxy.strip() for proxy in str(_given["TRUSTED_PROXIES"]).split(",")]
LOG_FORMAT = _given["LOG_FORMAT"] or ("console" if sys.stderr.isatty() else "json")

# Apps
INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    "seconder.core",
    "seconder.ui",
    "seconder.engine",
    "seconder.events",
    "seconder.accounts",
    "seconder.verification",
    "seconder.notifications",
    "seconder.agents",
    "seconder.runs",
    "seconder.wiring.Wiring",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "seconder.core.compression.Compression",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "seconder.core.problems.RefusalMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "seconder.accounts.middleware.person_middleware",
]
ROOT_URLCONF = "seconder.urls"
ASGI_APPLICATION = "seconder.asgi.application"
AUTH_USER_MODEL = "accounts.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DEBUG = False
TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGE_CODE = "en-us"
USE_I18N = False
SILENCED_SYSTEM_CHECKS: list[str] = []

# Database
_database = urlsplit(DATABASE_URL)
_options = dict(parse_qsl(_database.query))
DATABASES: dict[str, dict[str, Any]] = {  # Any: Django takes text, numbers and mappings here
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(_database.path.lstrip("/")),
        "USER": unquote(_database.username or ""),
        "PASSWORD": unquote(_database.password or ""),
        "HOST": _options.pop("host", _database.hostname or ""),
        "PORT": _options.pop("port", str(_database.port or "")),
        "OPTIONS": {
            "connect_timeout": 10,
            # Statements are planned once per connection: planning these small ones costs more than running them.
            "server_side_binding": True,
            "prepare_threshold": 3,
            **_options,
        },
    }
}
# The web process alone keeps connections, one for each of its threads; it looks whether one still works, because
# the database may have been started anew.
WEB_CONNECTIONS = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}

# Templates: the partials loader is named here, as that package's app configuration imports Django's admin.
_LOADERS = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
_CACHED = [("django.template.loaders.cached.Loader", _LOADERS)]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", _CACHED)],
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "seconder.ui.context.frame",
            ],
        },
    }
]

# Static files: served from the packages themselves, without a step that gathers them.
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 3600

# Security
_https = BASE_URL.startswith("https://")
_host = urlsplit(BASE_URL).hostname or ""
_LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [f"[{_host}]" if ":" in _host else _host, *_LOOPBACK]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_AGE = None  # Ends with the browser's session; Django's own default is a year.
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

LOGGING_CONFIG = "seconder.core.logs.configure"
LOGGING = {"form": LOG_FORMAT}
