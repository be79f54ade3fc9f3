"""Publishing a lesson page writes its record, so that progress outlives the page (house.md §2)."""

from __future__ import annotations

import json

import pytest
from django.conf import settings

from cms.course_file import load_course
from cms.lesson_blocks import blocks
from cms.models import CoursePage, LessonPage
from courses.models import Citation, Course, Lesson
from tests.house.world import MOMENT


@pytest.fixture
def page(world) -> LessonPage:
    return LessonPage.objects.get(pk=world.lesson_page.pk)


def publish(page: LessonPage) -> Lesson:
    page.save_revision().publish()
    return Lesson.objects.get(pk=LessonPage.objects.get(pk=page.pk).lesson_id)


def test_a_new_page_writes_a_new_record_at_the_end(world):
    new = LessonPage(title="Bài thêm", slug="bai-them", minutes=20, body=[("heading", "Một")])
    world.course_page.add_child(instance=new)
    assert new.lesson is None
    lesson = publish(new)
    assert (lesson.title, lesson.key, lesson.minutes, lesson.is_live) == ("Bài thêm", "bai-them", 20, True)
    assert lesson.position == world.own.course.lessons.count()
    assert lesson.content_version == 1


def test_the_version_counts_changes_of_the_words_alone(page):
    version = publish(page).content_version
    page.minutes, page.title, page.is_required = 99, "Tên khác", False
    lesson = publish(page)
    assert (lesson.minutes, lesson.title, lesson.is_required) == (99, "Tên khác", False)
    assert lesson.content_version == version
    page.body.append(("heading", "Thêm một mục"))
    assert publish(page).content_version == version + 1


def test_unpublishing_keeps_the_record_and_publishing_brings_it_back(page):
    before = page.lesson_id
    page.unpublish()
    assert not Lesson.objects.get(pk=before).is_live
    assert publish(LessonPage.objects.get(pk=page.pk)).pk == before
    assert Lesson.objects.get(pk=before).is_live


def test_lessons_have_the_order_of_their_pages(world, page):
    before = list(world.own.course.lessons.in_order().values_list("pk", flat=True))
    last = LessonPage.objects.child_of(world.course_page).order_by("path").last()
    page.move(last, pos="right")
    after = list(Lesson.objects.filter(course=world.own.course).order_by("position").values_list("pk", "position"))
    assert after == [(pk, place) for place, pk in enumerate([*before[1:], before[0]], start=1)]


def test_loading_a_course_twice_changes_nothing(world, page):
    data = json.loads((settings.BASE_DIR / "courses/data/ttcs-01.json").read_text(encoding="utf-8"))
    page.title = "Giảng viên đã sửa"
    publish(page)

    def state():
        return (
            list(Course.objects.order_by("pk").values()),
            list(Lesson.objects.order_by("pk").values()),
            list(Citation.objects.order_by("pk").values()),
            list(LessonPage.objects.order_by("pk").values("pk", "title", "latest_revision_id")),
            CoursePage.objects.count(),
        )

    before = state()
    loaded = load_course(data, tasks=[], now=MOMENT)
    assert loaded.lessons_written == 0
    assert state() == before


def test_markdown_becomes_blocks():
    made = blocks("Mở bài.\n\n## Một\n\n- a\n- b\n\n## Tự kiểm tra\n\nHỏi gì?\n\n*Gợi ý: đáp.*", ["Nhớ một", "Nhớ hai"])
    assert [block["type"] for block in made] == ["text", "heading", "text", "case", "key_points"]
    assert made[1]["value"] == "Một"
    assert "<li>" in made[2]["value"]
    assert "Hỏi gì?" in made[3]["value"]["situation"]
    assert "Gợi ý" in made[3]["value"]["answer"]
    assert "Gợi ý" not in made[3]["value"]["situation"]
    assert made[4]["value"] == ["Nhớ một", "Nhớ hai"]


def test_raw_html_in_markdown_is_words():
    text = "".join(str(block["value"]) for block in blocks("## A\n\n<script>alert(1)</script>", []))
    assert "<script" not in text
