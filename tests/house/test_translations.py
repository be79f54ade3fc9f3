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

from lms.operate.words import said_in_python
from tests.house.test_words import FORBIDDEN

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
FORGOTTEN = {(None, 'You do not have permission to publish pages at "%(page_title)s"')}
"""Said by Wagtail, and in none of its catalogues."""
EDITOR = (
    "wagtailadmin", "wagtailcore", "wagtailimages", "wagtaildocs", "wagtailusers", "wagtailsites", "wagtailsearch",
    "wagtailembeds", "wagtailredirects", "taggit", "django_filters",
)  # fmt: skip
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
        said = PLACES.sub("", text).replace("email(ENTER)", "").casefold()
        wrong += [f"says {word}" for word in FORBIDDEN if word in said]
    return wrong


def test_a_translation_keeps_the_places_and_the_tone():
    said = [*OURS.values(), *IN_SCRIPTS.values()]
    assert {entry.msgid: faults(entry) for entry in said if faults(entry)} == {}


def catalogues(root: Path) -> list[Path]:
    """The English catalogues of a package or, without one, any other."""
    found = sorted(root.glob("locale/*/LC_MESSAGES/django*.po"))
    return [path for path in found if path.parts[-3] == "en"] or found[:1]


def of_all_packages() -> list[Path]:
    """The catalogues of Django and of every installed package."""
    roots = [DJANGO / "conf", *(Path(app.path) for app in apps.get_app_configs())]
    return [path for root in roots for path in catalogues(root)]


def test_nothing_is_kept_that_no_package_says():
    known = {key for path in of_all_packages() for key in entries(path)}
    assert sorted(key[1] for key in (set(OURS) | set(IN_SCRIPTS)) - known - FORGOTTEN) == []


def vietnamese(root: Path, catalogue: str) -> set[Key]:
    """What one package brings in Vietnamese itself."""
    path = root / "locale/vi/LC_MESSAGES" / catalogue
    return {key for key, entry in entries(path).items() if entry.translated()} if path.exists() else set()


@pytest.mark.parametrize("name", EDITOR)
def test_the_editor_speaks_vietnamese_whole(name):
    """Every id of Wagtail and of what it stands on, scripts too, whether or not a role of ours meets it today."""
    root = Path(apps.get_app_config(name).path)
    for path in catalogues(root):
        ours = IN_SCRIPTS if path.name == "djangojs.po" else OURS
        assert sorted(key[1] for key in set(entries(path)) - vietnamese(root, path.name) - set(ours)) == []


@pytest.mark.parametrize("name", ["wagtailadmin", "wagtailcore", "wagtailimages", "wagtaildocs"])
def test_what_the_editor_says_without_its_catalogue_is_vietnamese_too(name):
    """A release may say what its catalogues forgot: read from its forms, models and views themselves."""
    root = Path(apps.get_app_config(name).path)
    known = set(OURS) | {key for path in root.glob("**/locale/en/LC_MESSAGES/django.po") for key in entries(path)}
    forms = [*root.glob("*.py"), *root.glob("forms/*.py"), *root.glob("views/**/*.py"), *root.glob("models/*.py")]
    ids = {
        (message.context or None, message.id)
        for path in forms
        if path.name != "i18n.py"
        for message in said_in_python(path.read_text(encoding="utf-8"), str(path))
    }
    assert sorted(key[1] for key in ids - known) == []


def test_a_text_that_is_counted_is_translated_as_counted():
    """An entry without its plural is not found by ngettext."""
    plural = {key for path in of_all_packages() for key, entry in entries(path).items() if entry.msgid_plural}
    assert [key[1] for key in plural if key in OURS and not OURS[key].msgid_plural] == []
