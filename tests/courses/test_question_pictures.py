"""Pictures in questions: kept once, frozen with the version, seen by whoever may see the question (learning.md §3)."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction
from PIL import Image

from courses.banks import Bank
from courses.exporting import export, losses
from courses.formats.files import FORMATS
from courses.formats.ir import ImportedPicture
from courses.importing import check, confirm
from courses.lint import lint
from courses.models import Attempt, Picture, Question, QuestionPicture
from courses.picturing import settled
from lms.jobs.models import Verdict
from lms.uploads.pictures import rendered
from tests.make import courses as make
from tests.make import quizzes

pytestmark = pytest.mark.django_db
NOW = make.at(9)


def png(colour=(10, 120, 60), size=(30, 20)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def a_picture(alt="Sơ đồ", option="", **drawing):
    found = rendered(png(**drawing))
    return ImportedPicture(found.sha256, alt, option, rendered=found)


@pytest.fixture(scope="module")
def drawn():
    return a_picture()


def pictured(drawn, **fields):
    """A single choice with a picture at its stem and at its first option."""
    question = quizzes.imported("single", **fields)
    with_option = replace(drawn, alt="Phương án vẽ", option=question.options[0].uid)
    return replace(question, pictures=(drawn, with_option))


def test_the_same_picture_in_two_places_is_kept_once(drawn):
    question = pictured(drawn)
    assert settled([question], NOW)[0].pictures == settled([question], NOW)[0].pictures
    assert Picture.objects.count() == 1
    assert set(Picture.masters([drawn.sha256])) == {drawn.sha256}


def test_a_picture_without_words_keeps_a_question_from_becoming_ready(drawn):
    question = pictured(drawn)
    assert "alt_missing" not in [finding.code for finding in lint(question, NOW.date())]
    silent = replace(question, pictures=(replace(drawn, alt=" "),))
    assert "alt_missing" in [finding.code for finding in lint(silent, NOW.date())]


def test_a_picture_belongs_to_what_a_version_says(drawn):
    question = pictured(drawn)
    other = replace(question, pictures=(replace(drawn, alt="Khác"),))
    assert len({question.content_hash(), other.content_hash(), replace(question, pictures=()).content_hash()}) == 3


def test_pictures_of_a_ready_version_never_change(drawn):
    course = make.course()
    quizzes.bank(course, settled([pictured(drawn)], NOW)[0])
    assert list(QuestionPicture.objects.values_list("is_frozen", flat=True)) == [True, True]
    for change in (lambda: QuestionPicture.objects.update(alt="x"), lambda: QuestionPicture.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize("stem_format", ["plain", "markdown", "html"])
def test_pictures_go_out_as_moodle_xml_and_come_back_the_same(drawn, stem_format):
    course, kept = make.course(), FORMATS["moodle-xml"]
    question = pictured(drawn, stem="Chọn <đúng> & đủ?" if stem_format != "html" else "<p>Chọn?</p>")
    quizzes.bank(course, settled([replace(question, stem_format=stem_format)], NOW)[0])
    content = export(Bank(course), kept, by=None, now=NOW)
    assert content.count(b"<file ") == 2
    again = check(content, kept=kept, bank=Bank(course), by=None, now=NOW)
    assert again.counts == {Verdict.UNCHANGED: 1}
    assert losses(kept, [version.content() for version in Bank(course).versions().with_content()]).touched == 0


def test_a_photograph_comes_back_as_the_one_that_is_kept(tmp_path):
    course, kept = make.course(), FORMATS["moodle-xml"]
    out = io.BytesIO()
    Image.effect_noise((200, 150), 50).convert("RGB").save(out, "JPEG")
    found = rendered(out.getvalue())
    photo = ImportedPicture(found.sha256, "Ảnh chụp", rendered=found)
    quizzes.bank(course, settled([replace(quizzes.imported("single"), pictures=(photo,))], NOW)[0])
    content = export(Bank(course), kept, by=None, now=NOW)
    assert check(content, kept=kept, bank=Bank(course), by=None, now=NOW).counts == {Verdict.UNCHANGED: 1}


def test_pictures_of_a_moodle_file_become_pictures_and_damaged_ones_are_said():
    held = base64.b64encode(png()).decode()
    text = f"""<quiz><question type="multichoice"><name><text>Hình</text></name>
    <questiontext format="html"><text><![CDATA[<p>Biểu đồ nào?</p><img src="@@PLUGINFILE@@/a%20b.png" alt="Cột">
    <img src="data:image/png;base64,{held}" alt=""><img src="@@PLUGINFILE@@/hong.png" alt="Hỏng">]]></text>
    <file name="a b.png" path="/" encoding="base64">{held}</file>
    <file name="hong.png" path="/" encoding="base64">AAAA</file></questiontext><single>true</single>
    <answer fraction="100" format="html"><text><![CDATA[<img src="@@PLUGINFILE@@/c.png" alt="Tròn">]]></text>
    <file name="c.png" path="/" encoding="base64">{held}</file></answer>
    <answer fraction="0"><text>Sai</text></answer></question></quiz>"""
    course = make.course()
    run = check(text.encode(), kept=FORMATS["moodle-xml"], bank=Bank(course), by=None, now=NOW)
    assert run.counts == {Verdict.CONVERTED: 1}
    assert "ảnh không đọc được" in run.lines.get().message
    assert confirm(run, bank=Bank(course), by=None, now=NOW)
    version = Question.objects.get(category__course=course).versions.with_content().get()
    content = version.content()
    assert [(one.alt, bool(one.option)) for one in content.pictures] == [("Cột", False), ("", False), ("Tròn", True)]
    assert "Hỏng" in content.stem
    assert content.options[0].text == "Tròn"


@pytest.mark.parametrize("name", ["gift", "aiken", "csv", "xlsx"])
def test_what_other_formats_have_no_word_for_stays_in_the_bank(drawn, name):
    course, kept = make.course(), FORMATS[name]
    quizzes.bank(course, settled([pictured(drawn)], NOW)[0])
    questions = [version.content() for version in Bank(course).versions().with_content()]
    assert "pictures" in dict(losses(kept, questions).fields)
    run = check(kept.write(questions), kept=kept, bank=Bank(course), by=None, now=NOW)
    assert run.counts == {Verdict.UNCHANGED: 1}


def test_only_those_who_may_see_the_question_see_its_pictures(drawn):
    sitting = quizzes.Sitting()
    course = sitting.course
    (row,) = quizzes.bank(course, settled([pictured(drawn)], NOW)[0])
    quiz = quizzes.quiz(course, [row])
    attempt = Attempt.start(sitting.enrolment, quizzes.offered(quiz, sitting.run_quiz.run), by=sitting.user, now=NOW)
    picture = QuestionPicture.objects.order_by("place")[0]
    mine = f"/attempts/{attempt.public_id}/pictures/{picture.pk}/"
    bank = f"/questions/pictures/{picture.pk}/360/"
    trainee, stranger = quizzes.browser(sitting.user), quizzes.browser(make.account(make.person()))
    trainer, other = quizzes.browser(make.trainer(course)), quizzes.browser(make.trainer(make.course()))
    page = trainee.get(f"/attempts/{attempt.public_id}/").content.decode()
    assert f"{mine}360/" in page
    assert 'alt="Sơ đồ"' in page
    served = trainee.get(f"{mine}360/")
    assert (served.status_code, served["Content-Type"]) == (200, "image/webp")
    assert "immutable" in served["Cache-Control"]
    assert [trainee.get(f"{mine}9999/").status_code, stranger.get(f"{mine}360/").status_code] == [404, 404]
    codes = [client.get(bank).status_code for client in (trainer, other, trainee)]
    assert codes == [200, 404, 404]
    assert trainer.get(f"{mine}360/").status_code == 404
