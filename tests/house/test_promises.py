"""What house.md promises of every model, file and setting (house.md §7, §8)."""

from __future__ import annotations

import re
import subprocess
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models

OURS = ("people", "plan", "courses", "certificates", "coverage", "cms", "jobs", "audit")
MODELS = [model for label in OURS for model in apps.get_app_config(label).get_models()]
ROOT = settings.BASE_DIR
TREE = [
    ROOT / name
    for name in subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
]
CODE = [
    path for path in TREE if path.suffix == ".py" and path.exists()
    and path.relative_to(ROOT).parts[0] in ("lms", "courses", "certificates", "cms")
]  # fmt: skip
TEXT = (".py", ".md", ".toml", ".lock", ".html", ".css", ".js", ".csv", ".json", ".txt", ".yml", ".yaml", ".conf", "")


def _choices(model):
    return [
        field for field in model._meta.local_fields
        if field.choices and isinstance(field, models.CharField) and field.model is model
    ]  # fmt: skip


def _checked(model):
    """The fields that a CHECK of the model holds to some values."""
    text = " ".join(
        repr(rule.condition) for rule in model._meta.constraints if isinstance(rule, models.CheckConstraint)
    )
    return set(re.findall(r"'(\w+)__in'", text))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_choice_has_its_check(model):
    assert sorted({field.name for field in _choices(model)} - _checked(model)) == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_models_have_no_ordering_of_their_own(model):
    assert "ordering" not in model._meta.original_attrs


def test_rows_are_claimed_and_never_locked():
    pattern = re.compile(r"\.select_for_update\(")
    assert [str(path) for path in CODE if pattern.search(path.read_text(encoding="utf-8"))] == []


def test_migrations_are_those_of_the_models(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_the_deploy_check_is_clean(settings):
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SECRET_KEY = "".join(f"{number:x}" for number in range(60))
    call_command("check", deploy=True, fail_level="WARNING", stderr=StringIO())


def test_no_file_names_where_packages_come_from():
    hosts = re.compile("|".join(("py" + r"pi\.org", "pythonhosted" + r"\.org", "npm" + r"js\.", "un" + r"pkg\.com")))
    told = [
        str(path.relative_to(ROOT)) for path in TREE
        if path.is_file() and path.suffix in TEXT and hosts.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]  # fmt: skip
    assert told == []


def test_locks_hold_no_address():
    assert [lock.name for lock in ROOT.glob("*.lock") if "://" in lock.read_text(encoding="utf-8")] == []


def test_no_test_is_skipped():
    pattern = re.compile(r"pytest\." + r"(mark\.skip|mark\.xfail|skip\()")
    tests = [path for path in TREE if path.is_file() and path.suffix == ".py" and "tests" in path.parts]
    assert [path.name for path in tests if pattern.search(path.read_text(encoding="utf-8"))] == []


def _default_message(rule):
    return rule.violation_error_message == models.BaseConstraint.default_violation_error_message


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_constraint_says_what_is_wrong(model):
    silent = [rule.name for rule in model._meta.constraints if _default_message(rule)]
    assert sorted(set(silent) - NEVER_IN_A_FORM) == []


NEVER_IN_A_FORM = {
    "event_says_who_did_what_to_what",
    "job_once_per_key",
    "notification_once_per_slot",
    "seal_holds_something",
    "sealed_event_has_its_place",
}
"""Constraints of rows that no form writes: only a verb of ours could break them, and that is an error 500."""
