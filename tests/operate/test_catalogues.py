"""Catalogues are written without msgfmt, when they are older than their source."""

from __future__ import annotations

import gettext
import os

from lms.operate.translations import write_catalogues

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Course"\nmsgstr "Khóa học"\n'


def test_a_catalogue_is_written_once_and_again_when_its_source_changes(tmp_path):
    folder = tmp_path / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    source.write_text(PO, encoding="utf-8")
    (folder / "djangojs.po").write_text(PO, encoding="utf-8")
    assert write_catalogues([tmp_path, tmp_path / "not there"]) == 2
    with (folder / "django.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Course") == "Khóa học"
    assert write_catalogues([tmp_path]) == 0
    later = source.stat().st_mtime + 5
    os.utime(source, (later, later))
    assert write_catalogues([tmp_path]) == 1
