"""Every word of ours is said in Vietnamese, in the words of the glossary (docs/words.md)."""

from __future__ import annotations

import ast
import re
import unicodedata
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from lms.operate import words
from lms.operate.management.commands.words import CATALOGUE

ROOT = Path(settings.BASE_DIR)
PLACES = re.compile(r"%\(\w+\)[a-z]|%%|%[sd]|{\w*}|<[^>]+>")
MARKED = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")
QUOTED = re.compile(r"«[^»]*»|“[^”]*”|KT\. GIÁM ĐỐC|Tập Huấn|Nam or Nữ")
"""What an English sentence may quote in Vietnamese."""
FORBIDDEN = {
    "!": "no exclamation marks",
    "đào tạo": "bồi dưỡng, tập huấn",
    "sinh viên": "học viên",
    "đề cử": "cử",
    "thanh tra": "cán bộ theo dõi, tổng hợp",
    "kiểm toán": "cán bộ theo dõi, tổng hợp",
    "chứng chỉ": "giấy chứng nhận",
    "email": "thư điện tử",
    "giờ học": "tiết",
    "ca học": "buổi",
    "tuân thủ": "tình hình thực hiện",
    "«": "“…”",
    "...": "…",
    "quý vị": "bạn",
    "người dùng": "tài khoản, học viên, …",
}


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(ROOT / CATALOGUE))


def texts(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_word_of_ours_is_translated_and_nothing_else_is_kept(catalogue):
    said = words.collect(ROOT)
    assert len(said.said) > 1000
    assert words.to_do(catalogue, said) == [], "run make words, then translate"


def test_a_translation_keeps_the_places(catalogue):
    wrong = {
        entry.msgid: text
        for entry in catalogue
        for text in texts(entry)
        if sorted(set(PLACES.findall(text))) != sorted(set(PLACES.findall(entry.msgid_plural or entry.msgid)))
    }
    assert wrong == {}


def test_plural_entries_have_the_one_form_of_vietnamese(catalogue):
    plural = [entry for entry in catalogue if entry.msgid_plural]
    assert plural
    assert [entry.msgid for entry in plural if list(entry.msgstr_plural) != [0]] == []


def test_the_glossary_is_kept(catalogue):
    wrong = [
        f"“{text}” says “{word}”: {instead}"
        for entry in catalogue
        for text in texts(entry)
        for word, instead in FORBIDDEN.items()
        if word in text.casefold()
    ]
    assert wrong == []


def ending(text):
    return next((end for end in (".", "?", ":", "…") if text.endswith(end)), "")


def test_a_translation_ends_like_its_sentence(catalogue):
    """A sentence stays a sentence: full stop, question mark, colon or dots at the end of both, or of neither."""
    pairs = [(entry.msgid, text) for entry in catalogue for text in texts(entry)]
    assert [pair for pair in pairs if ending(pair[0]) != ending(pair[1])] == []


def test_message_ids_are_english(catalogue):
    assert [entry.msgid for entry in catalogue if MARKED.search(QUOTED.sub("", entry.msgid))] == []


def test_the_catalogue_is_in_one_form_and_sorted():
    text = (ROOT / CATALOGUE).read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    ids = [entry.msgid for entry in polib.pofile(text)]
    assert ids == sorted(ids, key=lambda one: (one.casefold(), one))
    assert not re.search(r"#: .*:\d|POT-Creation-Date|PO-Revision-Date", text)


@pytest.mark.parametrize(
    "source",
    [
        'from django.utils.translation import gettext as _\n_(f"{name} has passed.")',
        'from django.utils.translation import gettext as _\n_("{} has passed.".format(name))',
        'from django.utils.translation import gettext_lazy as _\n_("one " + word)',
        "from django.utils.translation import gettext as _\n_(sentence)",
        'from django.utils.translation import ngettext\nngettext("one", many, 2)',
    ],
)
def test_a_text_put_together_is_refused(source):
    with pytest.raises(words.Unreadable):
        list(words.said_in_python(source, "here"))


def test_python_is_read_under_any_name():
    source = """
from django.utils import translation
from django.utils.translation import gettext_lazy as _, ngettext_lazy, npgettext, pgettext as p
a = _("one " "whole sentence"), p("side", "Right"), ngettext_lazy("%(n)s day", "%(n)s days", "n")
b = translation.gettext("asked of the module"), npgettext("c", "one", "many", 2)
c = other("not ours"), other.gettext("not ours either")
"""
    assert set(words.said_in_python(source, "here")) == {
        words.Message("one whole sentence"),
        words.Message("Right", context="side"),
        words.Message("%(n)s day", "%(n)s days"),
        words.Message("asked of the module"),
        words.Message("one", "many", "c"),
    }


def test_templates_are_read_in_every_form():
    source = """
{% translate "Plain" %}{% translate "Right" context "side" as side %}
{% blocktranslate trimmed with name=person.name %}
    Hello,
    {{ name }}
{% endblocktranslate %}
{% blocktranslate count n=rows.count %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}
{% include "components/alert.html" with text=_("It's “given”.") title=_("Twice") only %}{{ value|default:_("Nothing") }}
{% comment %}{% translate "In a comment" %}{% endcomment %}
"""
    assert set(words.said_in_template(source, "here")) == {
        words.Message("Plain"),
        words.Message("Right", context="side"),
        words.Message("Hello, %(name)s"),
        words.Message("%(n)s row", "%(n)s rows"),
        words.Message("It's “given”."),
        words.Message("Twice"),
        words.Message("Nothing"),
    }


def test_an_untranslated_text_is_found(tmp_path, settings, capsys):
    settings.BASE_DIR = tmp_path
    (tmp_path / "templates").mkdir()
    page = tmp_path / "templates/page.html"
    page.write_text('{% translate "Brand new words" %}', encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("words", "--check")
    assert "missing: Brand new words" in capsys.readouterr().out
    call_command("words")
    written = polib.pofile(str(tmp_path / CATALOGUE))
    written[0].msgstr = "Lời mới"
    written.save(str(tmp_path / CATALOGUE))
    call_command("words", "--check")
    page.write_text('{% translate "Other words" %}', encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("words", "--check")
    said = capsys.readouterr().out
    assert "missing: Other words" in said
    assert "stale: Brand new words" in said
    call_command("words")
    assert [entry.msgid for entry in polib.pofile(str(tmp_path / CATALOGUE))] == ["Other words"]


def test_an_id_said_once_and_in_numbers_is_one_entry():
    said = words.Words()
    said.add([words.Message("One row"), words.Message("One row", "%(n)s rows")], Path("a.py"))
    said.settle()
    assert list(said.said) == [words.Message("One row", "%(n)s rows")]


def test_no_name_of_gettext_is_made_by_hand():
    """`_` is only ever Django's: a lookalike would escape the collection."""
    own = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in words.files(ROOT, words.PYTHON, (".py",))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name in {"_", "gettext", "ngettext"}
    ]
    assert own == []
