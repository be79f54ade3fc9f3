"""One settings file. Every value works without an environment; docs/operate.md lists the variables."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()


def flag(name: str, *, default: bool) -> bool:
    """A boolean variable; anything but yes or no in the usual spellings fails loudly."""
    text = str(env(name, default="")).strip().lower()
    known = {"": default, "1": True, "true": True, "yes": True, "on": True,
             "0": False, "false": False, "no": False, "off": False}  # fmt: skip
    if text not in known:
        raise environ.ImproperlyConfigured(f"{name}={text!r}: say 1 or 0")
    return known[text]


def kept_secret(path: Path) -> str:
    """The secret of this installation: made once, readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
for _folder in ("media", "private", "queue", "run", "mail"):
    (DATA_DIR / _folder).mkdir(parents=True, exist_ok=True)

DEBUG = flag("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="") or kept_secret(DATA_DIR / "secret-key")
BASE_URL = env("BASE_URL", default=f"http://127.0.0.1:{env('PORT', default='8000')}").rstrip("/")
HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]
PROXY_COUNT = env.int("PROXY_COUNT", default=0)
DEMO = flag("DEMO", default=False)  # written by `manage.py serve --demo`; shows the demonstration notice
LOOPBACK = {"localhost", "127.0.0.1", "::1", "[::1]"}
IS_AT_HOME = {*ALLOWED_HOSTS, urlsplit(BASE_URL).hostname} <= LOOPBACK

# --- who is at home here ------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    # ours first: our templates win over the packages'
    "cms", "lms.coverage", "certificates", "courses", "lms.plan", "lms.people", "lms.jobs", "lms.audit",
    "lms.operate", "lms.web",
    "allauth", "allauth.account", "allauth.socialaccount", "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa", "allauth.usersessions",
    "wagtail.contrib.redirects", "wagtail.embeds", "wagtail.sites", "wagtail.users", "wagtail.documents",
    "wagtail.contrib.typed_table_block", "wagtail.images", "wagtail.search", "wagtail.admin", "wagtail",
    "modelcluster", "taggit", "django_filters", "rest_framework", "drf_spectacular", "django_htmx",
    "django.forms", "django.contrib.humanize", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles",
]  # fmt: skip

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lms.web.compressing.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lms.web.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lms.web.sign_in.SignInMiddleware",
    "lms.people.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lms.web.csp.ContentSecurityPolicyMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lms.web.refusals.RefusalMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.web.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "lms.web.templatetags.lms_web"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- database, cache, queue ---------------------------------------------------------------------------------------
# SQLite: FULL costs 0.16 ms a commit and keeps the promise that saved means saved. IMMEDIATE: a transaction that will
# write takes its place in the queue at once instead of failing half-way.
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; "
        "PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000; PRAGMA journal_size_limit=67108864"
    ),
}


def database(url: str) -> dict[str, Any]:
    """Django's settings for one database address."""
    settings: dict[str, Any] = env.db_url_config(url)
    settings["ATOMIC_REQUESTS"] = False  # short transactions in verbs; performance.md, «what the measurements teach»
    if settings["ENGINE"].endswith("sqlite3"):
        settings["OPTIONS"] = dict(SQLITE_OPTIONS)
        settings["CONN_MAX_AGE"] = None  # opening costs seven pragmas, closing a checkpoint: 10 ms a request
        return settings
    settings["CONN_HEALTH_CHECKS"] = True
    settings["CONN_MAX_AGE"] = 0 if flag("PGBOUNCER", default=False) else 60
    settings["DISABLE_SERVER_SIDE_CURSORS"] = flag("PGBOUNCER", default=False)
    return settings


DATABASES = {"default": database(env("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'database.sqlite3'}")}
CACHES = {"default": env.cache_url("CACHE_URL", default="dbcache://lms_cache")}
SESSION_ENGINE = "lms.people.sessions"  # rows of django.contrib.sessions
SESSION_COOKIE_AGE = 30 * 24 * 3600  # trainees
STAFF_SESSION_AGE = 12 * 3600  # whoever holds a role; lms.people.second_factor
BROKER_URL = env("BROKER_URL", default="filesystem://")

# --- front door -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["lms.people.hashers.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 14}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "courses:my"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "lms.people.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "lms.people.adapters.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made from an agency's roster, which answers for the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {
    "login": "150/m/ip", "login_failed": "30/m/ip,5/300s/key", "reset_password": "20/m/ip,5/m/key",
}  # fmt: skip
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
ACCOUNT_FORMS = {"login": "lms.people.signing_in.LoginForm"}
MFA_REQUIRED = flag("MFA_REQUIRED", default=True)  # above trainee; 0 only where an identity provider asks for it
MFA_ADAPTER = "lms.people.signing_in.MFAAdapter"
MFA_TOTP_ISSUER = "Tập Huấn"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TRUST_ENABLED = False
# The second step of the demonstration, printed with its accounts; taken by `serve --demo` on loopback alone.
DEMO_CODE = "246810"
TAKES_DEMO_CODE = DEMO and IS_AT_HOME
MFA_FORMS = {
    "authenticate": "lms.operate.demo.code.AuthenticateForm",
    "reauthenticate": "lms.operate.demo.code.ReauthenticateForm",
} if TAKES_DEMO_CODE else {}  # fmt: skip
MFA_ALLOW_UNVERIFIED_EMAIL = (
    True  # the address comes from the roster; staff without a confirmed one must set up MFA too
)

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-lms" if HTTPS else "lms"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # whoever watches stands beside the process, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
X_FRAME_OPTIONS = (
    "SAMEORIGIN"  # the CMS previews pages in a frame; frame-ancestors of the site's own policy is stricter
)

# --- language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale/_packages"]
FORMAT_MODULE_PATH = ["lms.web.formats"]

# --- files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"  # no address serves it: documents and images pass a view
PRIVATE_ROOT = DATA_DIR / "private"
STATIC_COLLECTED = flag("STATIC_COLLECTED", default=not DEBUG)
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(PRIVATE_ROOT)}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# --- signatures -------------------------------------------------------------------------------------------------------
# Offices sign with their own software (export and import); a machine that signs itself is the exception.
SIGNING_ROOTS = env("SIGNING_ROOTS", default="")  # PEM file: the authorities whose signatures count as checked
SIGNING_TEST_KEY = env("SIGNING_TEST_KEY", default="")  # PKCS#12 file, for series marked test alone
SIGNING_TEST_PASSWORD = env("SIGNING_TEST_PASSWORD", default="")
SIGNING_PKCS11_MODULE = env("SIGNING_PKCS11_MODULE", default="")  # the library of a token in this machine
SIGNING_PKCS11_PIN = env("SIGNING_PKCS11_PIN", default="")
SIGNING_PKCS11_LABEL = env("SIGNING_PKCS11_LABEL", default="")

STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "lms.web.bundles.BundleFinder",  # lms/site.css, one sheet from four
]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATIC_COLLECTED
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_PERMISSIONS = 0o600

# --- mail -----------------------------------------------------------------------------------------------------------
if env("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "mail")
DEFAULT_FROM_EMAIL = env("FROM_EMAIL", default="tap-huan@localhost")

# --- Wagtail --------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Tập Huấn"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES[:1]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_ENABLE_UPDATE_CHECK = WAGTAIL_ENABLE_WHATS_NEW_BANNER = False  # no call to the outside
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_FINDERS: list[Any] = []
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.file_form.LessonFileForm"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "mp3", "m4a", "mp4", "vtt"]
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 25_000_000
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TAGGIT_CASE_INSENSITIVE = True

# --- API ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],  # nobody by default; ours take tokens (lms/people/bearer.py)
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tập Huấn: read API",
    "VERSION": "1",
    "PREPROCESSING_HOOKS": ["lms.api.only_ours"],
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "lms.api.completed"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # it would judge the CMS's own addresses, not ours
    "ENUM_NAME_OVERRIDES": {
        "AgencyKind": "lms.people.models.AgencyKind",
        "CauseKind": "lms.coverage.models.CauseKind",
        "Group": "lms.people.models.Group",
        "PartyRole": "lms.plan.models.PartyRole",
        "PeriodKind": "lms.plan.models.PeriodKind",
        "ReportState": "lms.coverage.models.ReportState",
        "RosterState": "lms.coverage.api_shapes.STATES",
        "Source": "lms.coverage.api_shapes.SOURCES",
        "SuccessionKind": "lms.people.models.SuccessionKind",
        "Timing": "lms.plan.models.Timing",
        "View": "lms.coverage.api_shapes.VIEWS",
    },
}
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # the CMS frames previews; frame-ancestors of our policy is stricter

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {name: {"level": "WARNING"} for name in ("django.server", "fontTools", "django_tasks", "wagtail")},
}
