"""What a lesson weighs, what is said about it, and what is not published (learning.md §2)."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from cms.judging import problems
from cms.models import LessonPage
from cms.tasks import measure
from cms.weighing import Weight, weigh
from courses.models import Lesson
from lms.jobs.models import Job
from lms.refusal import Refused
from tests.house.world import MOMENT
from tests.make import quizzes

KB = 1000


@pytest.fixture
def page(world, settings, tmp_path) -> LessonPage:
    settings.MEDIA_ROOT = tmp_path
    return LessonPage.objects.get(pk=world.lesson_page.pk)


def codes(page: LessonPage, weight: Weight | None = None) -> list[str]:
    return [problem.code for problem in problems(page, weight)]


@pytest.mark.parametrize(
    ("at_once", "confirmed", "expected"),
    [
        (60 * KB, False, []), (60 * KB + 1, False, ["heavy"]), (300 * KB, False, ["heavy"]),
        (300 * KB + 1, False, ["heavy_unconfirmed"]), (300 * KB + 1, True, ["heavy"]),
        (2_000 * KB, True, ["heavy"]), (2_000 * KB + 1, True, ["too_heavy"]),
    ],
)  # fmt: skip
def test_a_lesson_is_weighed_against_three_limits(page, at_once, confirmed, expected):
    page.is_heavy_on_purpose = confirmed
    assert codes(page, Weight(page=at_once)) == expected


def test_one_heavy_picture_is_a_warning(page):
    assert codes(page, Weight(images=60 * KB, heaviest_image=60 * KB)) == []
    assert codes(page, Weight(images=60 * KB + 1, heaviest_image=60 * KB + 1)) == ["heavy", "image_heavy"]


def test_words_pictures_and_what_waits_for_a_click_are_counted_apart(page):
    image = Image.objects.create(title="Ảnh", file=get_test_image_file(size=(900, 300)))
    sound = Document.objects.create(title="Tin", file=ContentFile(b"x" * 5000, name="tin.mp3"))
    page.body = [
        ("text", "<p>" + "Mỗi bản tin một việc. " * 200 + "</p>"),
        ("image", {"image": image, "caption": ""}),
        ("audio", {"title": "Tin", "file": sound, "captions": None, "transcript": "<p>Lời</p>"}),
    ]
    weight = weigh(page.body)
    assert 0 < weight.page < 1500  # repeated words, compressed
    assert weight.images == weight.heaviest_image > 0
    assert weight.on_click == 5000
    assert weigh([]) == Weight()


def test_a_picture_whose_file_is_gone_weighs_nothing(page):
    image = Image.objects.create(title="Ảnh", file=get_test_image_file())
    image.file.storage.delete(image.file.name)
    page.body = [("image", {"image": image, "caption": ""})]
    assert weigh(page.body).images == 0


def test_the_size_is_measured_by_a_job_and_shown_to_the_trainee(world, page):
    page.body.append(("heading", "Mới"))
    page.save_revision().publish()
    job = Job.objects.filter(kind="cms.measure", payload__page=page.pk).latest("pk")
    measure(job, MOMENT)
    measure(job, MOMENT)
    lesson = Lesson.objects.get(pk=page.lesson_id)
    assert lesson.bytes_page == weigh(page.body).page
    Lesson.objects.filter(pk=lesson.pk).update(bytes_page=48_000, bytes_on_click=1_200_000)
    html = world.browser("T").get(page.url).content.decode()
    assert "48 kB" in html and "1,2 MB" in html


def test_the_author_sees_the_bar_and_what_is_missing(world, page):
    html = world.browser("TR").get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert "<meter" in html


def _image(alt: str, *, decorative: bool) -> tuple[str, dict[str, object]]:
    image = Image.objects.create(title="Ảnh", file=get_test_image_file())
    image.contextual_alt_text, image.decorative = alt, decorative
    return "image", {"image": image, "caption": ""}


def test_what_keeps_a_lesson_from_being_published_is_said_by_its_code(page):
    sound = Document.objects.create(title="Tin", file=ContentFile(b"x", name="tin.mp3"))
    missing = {
        "alt_missing": _image("", decorative=False),
        "transcript_missing": ("audio", {"title": "Tin", "file": sound, "captions": None, "transcript": "<p> </p>"}),
        "citation_undated": ("citation", {"document": "07/CT-TTg", "check_by": None}),
    }
    before = page.body.get_prep_value()
    for code, block in missing.items():
        page.body = [block]
        with pytest.raises(Refused) as refusal:
            page.save_revision().publish()
        assert refusal.value.code == code
    assert LessonPage.objects.get(pk=page.pk).body.get_prep_value() == before


def test_decoration_needs_no_words(page):
    page.body = [_image("", decorative=True), _image("Loa xã", decorative=False)]
    assert codes(page) == []


def test_a_lesson_that_is_too_heavy_is_not_published(page, monkeypatch):
    monkeypatch.setattr("cms.judging.weigh", lambda body: Weight(page=2_000 * KB + 1))
    with pytest.raises(Refused) as refusal:
        page.save_revision().publish()
    assert refusal.value.code == "too_heavy"


def test_a_question_of_a_graded_test_stands_in_no_lesson(world, page):
    question = world.own.course.categories.first().questions.first()
    page.body = [("self_check", {"code": question.code})]
    assert codes(page) == ["key_in_lesson"]


def test_a_self_check_shows_words_and_options_without_a_key(world, page):
    (question,) = quizzes.bank(world.own.course, quizzes.imported("single", path=("Bài tập",)))
    page.body = [("self_check", {"code": question.code}), ("self_check", {"code": "khong-co"})]
    page.save_revision().publish()
    html = world.browser("T").get(page.url).content.decode()
    version = question.versions.first()
    assert version.stem[:20] in html
    assert quizzes.CANARY not in html
