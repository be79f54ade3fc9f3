"""A setting that would break a promise is an error."""

from __future__ import annotations

import copy

import pytest
from django.core.checks import run_checks
from django.core.management.base import CommandError
from django.db import connection

from lms.celery import app
from lms.operate.management.commands.serve import refuse_broken_promises

AT_HOME = ["localhost", "127.0.0.1", "[::1]"]
"""What the product answers to without a variable."""


def found(**kwargs) -> list[str]:
    return sorted({message.id for message in run_checks(**kwargs) if message.id and message.id.startswith("lms.")})


def test_the_settings_as_they_stand_are_in_order():
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("DEBUG", True, "lms.E002"),
        ("DEMO", True, "lms.E002"),
        ("MFA_TOTP_INSECURE_BYPASS_CODE", "123456", "lms.E002"),
    ],
)
def test_what_is_for_home_stays_at_home(settings, name, value, code):
    setattr(settings, name, value)
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    assert found() == []
    settings.ALLOWED_HOSTS = ["tap-huan.example"]
    assert found() == [code]


def test_the_demonstration_is_at_home_with_the_hosts_of_the_product(settings):
    settings.DEMO = True
    settings.ALLOWED_HOSTS = AT_HOME
    assert found() == []


def test_a_password_alone_for_staff_is_said_away_from_home(settings):
    settings.MFA_REQUIRED = False
    settings.ALLOWED_HOSTS = AT_HOME
    assert found() == []
    settings.ALLOWED_HOSTS = ["tap-huan.example"]
    assert found() == ["lms.W001"]


def test_an_app_that_opens_another_door_is_refused(settings):
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "wagtail.snippets"]
    assert "lms.E001" in found()


@pytest.mark.parametrize(
    "weakness",
    [
        {"transaction_mode": "DEFERRED"},
        {"timeout": 5},
        {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON"},
    ],
)
def test_a_weak_sqlite_is_refused(settings, monkeypatch, weakness):
    database = copy.deepcopy(settings.DATABASES["default"])
    database["ENGINE"] = "django.db.backends.sqlite3"
    database["OPTIONS"] = {**database.get("OPTIONS", {}), "timeout": 20, **weakness}
    monkeypatch.setitem(settings.DATABASES, "default", database)
    assert "lms.E003" in found()


def test_several_web_processes_need_a_shared_cache(settings, monkeypatch):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    monkeypatch.setenv("WEB_CONCURRENCY", "1")
    assert found() == []
    monkeypatch.setenv("WEB_CONCURRENCY", "2")
    assert found() == ["lms.E004"]


def test_proxies_are_counted_once(settings):
    settings.PROXY_COUNT = 1
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert found() == ["lms.E005"]


def test_files_are_out_of_reach(settings):
    settings.MEDIA_ROOT = settings.STATIC_ROOT / "media"
    assert found() == ["lms.E006"]


def test_a_worker_that_acknowledges_early_is_refused(monkeypatch):
    monkeypatch.setitem(app.conf, "task_acks_late", False)
    assert found() == ["lms.E007"]


def test_large_images_are_refused(settings):
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 128_000_000
    assert found() == ["lms.E008"]


@pytest.mark.django_db
def test_a_missing_trigger_is_an_error():
    assert found(databases=["default"]) == []
    on_table = " ON audit_seal" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER audit_seal_frozen_delete{on_table}")
    assert found(databases=["default"]) == ["lms.E009"]


@pytest.mark.django_db
def test_nothing_is_served_that_would_break_a_promise(settings):
    refuse_broken_promises()
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["tap-huan.example"]
    with pytest.raises(CommandError, match=r"lms\.E002: DEBUG is on"):
        refuse_broken_promises()


@pytest.mark.django_db
def test_what_the_database_holds_is_asked_before_serving():
    on_table = " ON audit_seal" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER audit_seal_frozen_delete{on_table}")
    with pytest.raises(CommandError, match=r"lms\.E009"):
        refuse_broken_promises()
