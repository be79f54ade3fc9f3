"""System checks: what would break a promise is an error at start, not a surprise later (trust.md §8).

`manage.py check` runs those that read settings; `check --database default` also those that ask the database.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connections

from lms.audit import triggers

FORBIDDEN_APPS = {
    "django.contrib.admin": "its screens know nothing of our access rules",
    "wagtail.contrib.forms": "answers would stand in pages",
    "wagtail.snippets": "records would stand in snippets",
    "wagtail.api.v2": "it publishes pages past their access rules",
    "wagtail.contrib.search_promotions": "it needs inline script",
}
SQLITE_WANTED = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
CELERY_WANTED = {
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "task_ignore_result": True,
    "task_publish_retry": False,
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_soft_time_limit": 90,
    "task_time_limit": 110,
    "task_always_eager": False,
}
MAX_PIXELS = 25_000_000

OURS = "lms"
"""The tag of these checks: `manage.py check --tag lms`, and `serve` before it binds."""

Apps = Sequence[AppConfig] | None


@register(OURS)
def apps_that_must_stay_out(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """E001: an app that opens a way round our access rules."""
    return [
        Error(f"{name} must not be installed: {why}.", id="lms.E001")
        for name, why in FORBIDDEN_APPS.items()
        if name in settings.INSTALLED_APPS
    ]


@register(OURS)
def only_at_home(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """E002: DEBUG, the demonstration or its second-factor code where strangers can come."""
    away = sorted(set(hosts()) - settings.LOOPBACK)
    open_doors = [name for name in ("DEBUG", "DEMO", "MFA_TOTP_INSECURE_BYPASS_CODE") if getattr(settings, name, None)]
    return [
        Error(f"{name} is on, and the site answers to {', '.join(away)}: only on loopback.", id="lms.E002")
        for name in open_doors
        if away
    ]


@register(OURS)
def second_step(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """W001: a stolen password opens everything that its owner may do."""
    if settings.MFA_REQUIRED or set(hosts()) <= settings.LOOPBACK:
        return []
    return [Warning("MFA_REQUIRED is off: roles above trainee need a second step at sign-in.", id="lms.W001")]


@register(OURS)
def database_settings(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """E003: a setting without which «saved» would not mean saved."""
    wrong = [name for alias in connections for name in weaknesses(settings.DATABASES[alias])]
    return [Error(f"The database is not set as it must be: {name}.", id="lms.E003") for name in wrong]


@register(OURS)
def shared_cache(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """E004: several web processes with a cache each: limits on guessing would multiply."""
    alone = "locmem" in settings.CACHES["default"]["BACKEND"].lower()
    if alone and int(os.environ.get("WEB_CONCURRENCY") or 1) > 1:
        return [Error("Several web processes need a shared cache: Redis or the database.", id="lms.E004")]
    return []


@register(OURS)
def proxies(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """E005: client addresses would be forged, or all alike."""
    if settings.PROXY_COUNT and settings.ALLAUTH_TRUSTED_PROXY_COUNT != settings.PROXY_COUNT:
        return [Error("PROXY_COUNT and ALLAUTH_TRUSTED_PROXY_COUNT differ.", id="lms.E005")]
    if settings.SECURE_PROXY_SSL_HEADER and not settings.PROXY_COUNT:
        return [Error("X-Forwarded-Proto is believed, but PROXY_COUNT is 0.", id="lms.E005")]
    return []


@register(OURS, Tags.files)
def files_out_of_reach(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """E006: a folder of files that the web server would hand out without asking who wants them."""
    served = Path(settings.STATIC_ROOT).resolve()
    roots = {"MEDIA_ROOT": settings.MEDIA_ROOT, "PRIVATE_ROOT": settings.PRIVATE_ROOT}
    return [
        Error(f"{name} lies in a folder that is served.", id="lms.E006")
        for name, root in roots.items()
        if Path(root).resolve().is_relative_to(served)
    ]


@register(OURS)
def celery_settings(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """E007: a setting without which a killed worker loses work."""
    return [
        Error(f"Celery's {name} must be {wanted!r}.", id="lms.E007")
        for name, wanted in CELERY_WANTED.items()
        if current_app.conf.get(name) != wanted
    ]


@register(OURS)
def pixel_cap(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """E008: a small file may unpack to an image that fills the memory."""
    if settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS > MAX_PIXELS:
        return [Error(f"WAGTAILIMAGES_MAX_IMAGE_PIXELS must be {MAX_PIXELS} at most.", id="lms.E008")]
    return []


@register(OURS, Tags.database)
def what_the_database_holds(
    app_configs: Apps, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E009: a trigger is gone. E010: an account that no access rule binds."""
    return [message for alias in databases or () for message in holdings(alias)]


def hosts() -> list[str]:
    """The names the site answers to."""
    return [*settings.ALLOWED_HOSTS, urlsplit(settings.BASE_URL).hostname or ""]


def weaknesses(database: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the settings of one database."""
    if database.get("ATOMIC_REQUESTS"):
        yield "ATOMIC_REQUESTS must be off"
    options = database.get("OPTIONS", {})
    if not database["ENGINE"].endswith("sqlite3"):
        return
    if options.get("transaction_mode") != "IMMEDIATE":
        yield "transaction_mode must be IMMEDIATE"
    if options.get("timeout", 0) < 20:
        yield "timeout must be 20 seconds"
    for wanted in SQLITE_WANTED:
        if wanted not in options.get("init_command", ""):
            yield f"init_command lacks {wanted}"


def holdings(alias: str) -> Iterator[CheckMessage]:
    """What is wrong inside one database; silent before the first migration."""
    connection = connections[alias]
    try:
        tables = set(connection.introspection.table_names())
    except DatabaseError as error:
        yield Error(f"The database does not answer: {type(error).__name__}.", id="lms.E011")
        return
    gone = triggers.missing(connection) if "django_migrations" in tables else set()
    for trigger in sorted(gone):
        yield Error(f"The trigger {trigger} is gone: rows it froze can be rewritten.", id="lms.E009")
    users = get_user_model()
    if users._meta.db_table in tables and users._default_manager.filter(is_superuser=True).exists():
        yield Error("There is a superuser: no access rule binds it.", id="lms.E010")
    if connection.vendor == "postgresql":
        yield from commit_settings(alias)


def commit_settings(alias: str) -> Iterator[CheckMessage]:
    """PostgreSQL may answer before the disk has it."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        if cursor.fetchone()[0] == "off":
            yield Error("synchronous_commit is off: saved would not mean saved.", id="lms.E003")
