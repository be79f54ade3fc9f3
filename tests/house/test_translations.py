"""Vietnamese first: what packages say on our screens is translated, and says the same (stack.md §6)."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import allauth
import django
import polib
import pytest
from django.apps import apps
from django.conf import global_settings, settings
from wagtail import admin as wagtail_admin

PACKAGES = Path(settings.BASE_DIR) / "locale/_packages/vi/LC_MESSAGES/django.po"
PLACES = re.compile(r"%\(\w+\)[sdr]|%[sdr]|{\w*}|<[^>]+>")
ALLAUTH = sorted(Path(allauth.__file__).parent.glob("locale/*/LC_MESSAGES/django.po"))
DJANGO = Path(django.__file__).parent
Key = tuple[str | None, str]
NOT_MET = re.compile(
    r"You are seeing this page because|View <a href|Topics, references|Tutorial:|Get started|Connect, get help"
    r"|Django (Documentation|Community)|The install worked|More information is available|If you are using the <meta"
    r"|Set password|Reset password|Password-based|Enable|Disabled|Whether the user|{}(th|st|nd|rd)$"
)
"""Django's own admin, welcome page, technical pages and English ordinals, which no user of ours meets."""


def entries(path: Path) -> dict[Key, polib.POEntry]:
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path)) if not entry.obsolete}


def words(entry: polib.POEntry) -> list[str]:
    """The translated forms; Vietnamese has one for any number."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


OURS = entries(PACKAGES)
IN_SCRIPTS = entries(PACKAGES.with_name("djangojs.po"))


def known_to_allauth() -> set[Key]:
    return {key for path in ALLAUTH for key in entries(path)}


def test_allauth_is_translated_whole():
    known = known_to_allauth()
    assert len(known) > 300
    missing = [key for key in known if key not in OURS or not all(words(OURS[key]))]
    assert missing == []


@pytest.mark.parametrize("app", ["conf", "contrib/auth", "contrib/humanize"])
def test_what_django_leaves_open_is_filled(app):
    upstream = entries(DJANGO / app / "locale/vi/LC_MESSAGES/django.po")
    english = entries(DJANGO / app / "locale/en/LC_MESSAGES/django.po")
    languages = {str(name) for _code, name in global_settings.LANGUAGES}
    open_ones = [key for key in english if key not in upstream or not upstream[key].translated()]
    missing = [key for key in open_ones if key not in OURS and key[1] not in languages and not NOT_MET.match(key[1])]
    assert missing == []


def faults(entry: polib.POEntry) -> list[str]:
    """What is wrong with a translation, in words."""
    source = entry.msgid_plural or entry.msgid
    wrong = []
    for text in words(entry):
        if sorted(PLACES.findall(text)) != sorted(PLACES.findall(source)):
            wrong.append("other places")
        if not unicodedata.is_normalized("NFC", text):
            wrong.append("not NFC")
        wrong += [f"says {word}" for word in ("!", "đào tạo") if word in text]
    return wrong


def test_a_translation_keeps_the_places_and_the_tone():
    said = [*OURS.values(), *IN_SCRIPTS.values()]
    assert {entry.msgid: faults(entry) for entry in said if faults(entry)} == {}


def said_by_packages() -> set[Key]:
    """Every message id of the installed packages, from their English catalogue or, without one, any other."""
    roots = [DJANGO / "conf", *(Path(app.path) for app in apps.get_app_configs())]
    known: set[Key] = set()
    for root in roots:
        found = sorted(root.glob("locale/*/LC_MESSAGES/django*.po"))
        english = [path for path in found if path.parts[-3] == "en"]
        for path in english or found[:1]:
            known |= set(entries(path))
    return known


def test_nothing_is_kept_that_no_package_says():
    assert sorted(key[1] for key in (set(OURS) | set(IN_SCRIPTS)) - said_by_packages()) == []


def wagtail(catalogue: str) -> set[Key]:
    """What the editor itself says in one of its catalogues."""
    return set(entries(Path(wagtail_admin.__file__).parent / "locale/en/LC_MESSAGES" / catalogue))


def test_the_editor_speaks_vietnamese():
    """All of its scripts; of its pages nine in ten, the rest is met by nobody yet (aliases, translations, snippets)."""
    upstream = Path(wagtail_admin.__file__).parent / "locale/vi/LC_MESSAGES"
    there = {key for key, entry in entries(upstream / "djangojs.po").items() if entry.translated()}
    assert sorted(key[1] for key in wagtail("djangojs.po") - there - set(IN_SCRIPTS)) == []
    there = {key for key, entry in entries(upstream / "django.po").items() if entry.translated()}
    said = wagtail("django.po")
    assert len(said - there - set(OURS)) < len(said) / 10
