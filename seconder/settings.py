"""Django's settings, made from the environment (`seconder.core.environment` is the table); starts nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from seconder.core import embedded, environment, identity_providers, recipient_facts, secrets_folder

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
EMAIL_WEBHOOK_SECRET = _given["EMAIL_WEBHOOK_SECRET"]
DKIM_KEY, DKIM_SELECTOR = _given["DKIM_KEY"], str(_given["DKIM_SELECTOR"])
OBJECT_STORE_URL = _given["OBJECT_STORE_URL"] or (DATA_DIR / "files").as_uri()
SIGN_UP = str(_given["SIGN_UP"])
OPERATOR = _given["OPERATOR"]
KEEP_RUNS_DAYS = int(_given["KEEP_RUNS_DAYS"] or 365)
ERASURES = DATA_DIR / "erasures"  # the ledger of who was erased: beside the database, and not in its backups
IDENTITY_PROVIDERS = identity_providers.read(_given["IDENTITY_PROVIDERS"])
COUNTRY = _given["COUNTRY"]
ERROR_TRACKER = _given["ERROR_TRACKER"]
ANALYTICS_RELAY = _given["ANALYTICS_RELAY"]
# OpenTelemetry's own variables; nothing is sent unless the first is set.
OTLP_ENDPOINT = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
OTLP_HEADERS = os.environ.get("OTEL_EXPORTER_OTLP_HEADERS", "")
OTLP_SERVICE = os.environ.get("OTEL_SERVICE_NAME") or "seconder"
RECIPIENTS = recipient_facts.read(_given["RECIPIENTS"])
TRUSTED_PROXIES = [proxy.strip() for proxy in (_given["TRUSTED_PROXIES"] or "").split(",") if proxy.strip()]
SECURITY_CONTACT, PRIVACY_CONTACT, PRIVACY_OFFICER = (
    [contact.strip() for contact in (named or "").split(",") if contact.strip()]
    for named in (_given["SECURITY_CONTACT"], _given["PRIVACY_CONTACT"], _given["PRIVACY_OFFICER"])
)
PRIVACY_CONTROLLER, PRIVACY_ADDRESS = _given["PRIVACY_CONTROLLER"], _given["PRIVACY_ADDRESS"]
PRIVACY_REPRESENTATIVE = _given["PRIVACY_REPRESENTATIVE"]
PRIVACY_NOTICE_DAYS = int(str(_given["PRIVACY_NOTICE_DAYS"]))
LOG_FORMAT = _given["LOG_FORMAT"] or ("console" if sys.stderr.isatty() else "json")

# Apps
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
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
    "seconder.privacy",
    "seconder.telemetry",
    "seconder.verification",
    "seconder.notifications",
    "seconder.agents",
    "seconder.runs",
    # After ours, so that our templates are found before theirs.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    *(
        f"allauth.socialaccount.providers.{kind}"
        for kind in (identity_providers.OPENID, *identity_providers.OTHERS)
    ),
    "seconder.wiring.Wiring",
]
MIDDLEWARE = [
    # Outside of all others: what any of them sets in a browser meets it.
    "seconder.core.cookie_guard.CookieGuard",
    # What tells browsers what they may do comes next: whatever makes or replaces an answer below, it is said with it.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "seconder.core.compression.Compression",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "seconder.telemetry.middleware.counting_middleware",
    "seconder.core.problems.RefusalMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "seconder.privacy.choices.middleware.Choices",
    "seconder.accounts.middleware.person_middleware",
    "allauth.account.middleware.AccountMiddleware",
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
# auth.W004: that an address is somebody's once is a constraint on its small letters, which Django does not look for.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]

# Database
_database = urlsplit(DATABASE_URL)
_options = dict(parse_qsl(_database.query))
DATABASES: dict[str, dict[str, Any]] = {  # Any: Django takes text, numbers and mappings here
    "default": {
        "ENGINE": "seconder.core.postgresql",
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
                "seconder.privacy.choices.context.choices",
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
SESSION_ENGINE = "seconder.accounts.sessions"
# Under https the names tell browsers that no other host of the domain may have set them.
_prefix = "__Host-" if _https else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_prefix}sessionid", f"{_prefix}csrftoken"
FAMILIAR_COOKIE_NAME = f"{_prefix}familiar"
CHOICES_COOKIE_NAME, VISIT_COOKIE_NAME = f"{_prefix}choices", f"{_prefix}visit"
SESSION_COOKIE_AGE = 90 * 24 * 3600  # seconds; the absolute limit of a session (accounts.models.session)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_AGE = None  # Ends with the browser's session; Django's own default is a year.
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "seconder.accounts.refusing.forged"
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

# Signing in
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["seconder.accounts.passwords.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "seconder.accounts.passwords.LongEnough"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "seconder.accounts.passwords.NotOneOfYourWords"},
]
# Counts attempts (allauth's rate limits): in the database, so that every web process counts the same ones.
CACHES = {
    "default": {
        "BACKEND": "seconder.accounts.attempts.Attempts",
        "KEY_FUNCTION": "seconder.accounts.attempts.hidden",
    }
}
ACCOUNT_ADAPTER = "seconder.accounts.identity.adapter.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "seconder.accounts.identity.declarations.Declarations"
ACCOUNT_FORMS = {
    "signup": "seconder.accounts.identity.forms.SignUpForm",
    "login": "seconder.accounts.identity.forms.SignInForm",
    "add_email": "seconder.accounts.identity.forms.AddressForm",
    "set_password": "seconder.accounts.identity.forms.NewPasswordForm",
    "change_password": "seconder.accounts.identity.forms.OtherPasswordForm",
    "reset_password_from_key": "seconder.accounts.identity.forms.ForgottenPasswordForm",
    "request_login_code": "seconder.accounts.identity.asking.CodeForm",
    "reset_password": "seconder.accounts.identity.asking.ForgottenForm",
    "confirm_login_code": "seconder.accounts.identity.codes.SignInCodeForm",
    "confirm_password_reset_code": "seconder.accounts.identity.codes.ForgottenCodeForm",
    "confirm_email_verification_code": "seconder.accounts.identity.codes.AddressCodeForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
_CODE_LASTS = 600  # seconds
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_BY_CODE_TIMEOUT = _CODE_LASTS
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = _CODE_LASTS
ACCOUNT_EMAIL_VERIFICATION_MAX_CHANGE_COUNT = 0  # offering it would tell that there is an account
ACCOUNT_CHANGE_EMAIL = True  # one address a person; a new one counts once its code has come back
ACCOUNT_PREVENT_ENUMERATION = True
# Ours is the rule (accounts.freshness), at the doors of the addresses that need it.
ACCOUNT_REAUTHENTICATION_REQUIRED = MFA_REAUTHENTICATION_REQUIRED = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _https else "http"
ACCOUNT_USERNAME_MIN_LENGTH = 3
# So many in so long, by network (ip) or by address (key); of allauth's own, those that we do not change stand in its
# code. A code is one in a million and has three tries; these bound how many codes and tries a day there are.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key,60/d/key",
    "request_login_code": "20/m/ip,3/m/key,30/d/key",
    "reset_password": "20/m/ip",
    "reset_code": "3/m/key,30/d/key",
    "signup": "20/m/ip",
    "sign_up_address": "3/m/key,10/d/key",
    "sign_in_link": "20/m/ip",
    "invitation": "20/m/ip",
    "privacy_request": "10/m/ip,3/h/key",
    "privacy_request_code": "20/m/ip,10/h/key",
    "recipient_news": "20/m/ip,3/h/key",
    "provider": "20/m/ip",
    "proof_code": "3/m/key,30/d/key",
    "proof_failed": "10/5m/key,30/d/key",
}
MFA_ADAPTER = "seconder.accounts.identity.factors.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Seconder"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds that a clock may be off
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "add_webauthn": "seconder.accounts.identity.passkeys.AddForm",
    "edit_webauthn": "seconder.accounts.identity.passkeys.RenameForm",
    "login_webauthn": "seconder.accounts.identity.passkeys.SignInForm",
    "authenticate_webauthn": "seconder.accounts.identity.passkeys.FactorForm",
    "reauthenticate_webauthn": "seconder.accounts.identity.passkeys.ProofForm",
}
SOCIALACCOUNT_ADAPTER = "seconder.accounts.identity.providers.Providers"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False

LOGGING_CONFIG = "seconder.core.logs.configure"
LOGGING = {"form": LOG_FORMAT}
