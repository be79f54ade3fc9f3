"""The question bank on the screens of the CMS: written without a script, seen by whoever teaches the course alone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.authoring import add_question, edition
from courses.models import Category, Question, QuestionVersion, VersionState
from tests.house.world import MOMENT
from tests.make import quizzes
from tests.make.quizzes import CANARY

ROWS = {"rows-TOTAL_FORMS": 4, "rows-INITIAL_FORMS": 0}


def drawer(place):
    return place.course.categories.order_by("pk")[0]


def typed(world, **fields):
    """A single choice as its author types it."""
    data = {
        "code": "MOI-1", "category": drawer(world.own).pk, "stem": "Ai phát ngôn?", "stem_format": "plain",
        "difficulty": 2, "rows-0-text": "Người được giao", "rows-0-is_right": "on", "rows-1-text": "Ai cũng được",
        "rows-1-feedback": "Xem lại Điều 2", "general": "Người được giao phát ngôn.", "tags": "Vận dụng, bài 1",
    }  # fmt: skip
    return ROWS | data | fields


def the_draft(world, **fields):
    content = quizzes.imported(**fields)
    return add_question(content, drawer(world.own), by=world.users["TR"], now=MOMENT)


def in_hand(question):
    return QuestionVersion.objects.with_content().get(question=question)


def test_a_question_is_written_made_ready_and_succeeded(world):
    browser = world.browser("TR")
    assert browser.post("/cms/questions/new/?type=single", typed(world)).status_code == 302
    question = Question.objects.get(code="MOI-1")
    content = in_hand(question).content()
    assert (content.tags, content.feedback["general"]) == (("bai-1", "van-dung"), "Người được giao phát ngôn.")
    page = f"/cms/questions/inspect/{question.pk}/"
    assert "Xem lại Điều 2" in browser.get(page).content.decode()
    assert browser.post(f"/cms/questions/ready/{question.pk}/").status_code == 302
    assert browser.post(f"/cms/questions/edit/{question.pk}/", typed(world)).status_code == 409
    assert browser.post(f"/cms/questions/new-version/{question.pk}/").url == f"/cms/questions/edit/{question.pk}/"
    assert browser.get(f"/cms/questions/edit/{question.pk}/").status_code == 200
    assert browser.events == [
        "question.create_or_edit_draft", "question.make_ready", "question.make_new_version"
    ]  # fmt: skip


@pytest.mark.parametrize("type_", quizzes.TYPES)
def test_every_type_has_an_editor_a_page_and_a_preview_without_its_key(world, type_):
    browser, question = world.browser("TR"), the_draft(world, type_=type_)
    assert browser.get(f"/cms/questions/new/?type={type_}").status_code == 200
    assert CANARY in browser.get(f"/cms/questions/edit/{question.pk}/").content.decode()
    assert CANARY in browser.get(f"/cms/questions/inspect/{question.pk}/").content.decode()
    assert CANARY not in browser.get(f"/cms/questions/preview/{question.pk}/").content.decode()


def test_a_row_is_added_without_a_script_and_nothing_is_saved(world):
    browser = world.browser("TR")
    answer = browser.post("/cms/questions/new/?type=single", typed(world, add_row="1", stem=""))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="rows-4-text"' in html
    assert "Người được giao" in html
    assert "error-message" not in html
    assert browser.writes == []


def test_what_cannot_be_saved_comes_back_with_what_was_typed(world):
    browser = world.browser("TR")
    answer = browser.post("/cms/questions/new/?type=single", typed(world, stem="", **{"rows-1-is_right": "on"}))
    assert answer.status_code == 422
    assert "Người được giao" in answer.content.decode()
    taken = Question.objects.filter(category=drawer(world.own)).first().code
    assert browser.post("/cms/questions/new/?type=single", typed(world, code=taken)).status_code == 422
    assert browser.post("/cms/questions/new/?type=single", {"stem": "x"}).status_code == 422
    assert browser.writes == []


def test_a_stale_edit_shows_both_texts_and_may_be_sent_again(world):
    browser, question = world.browser("TR"), the_draft(world)
    path, seen = f"/cms/questions/edit/{question.pk}/", edition(in_hand(question))
    assert browser.post(path, typed(world, stem="Bản thứ nhất?", version=seen)).status_code == 302
    answer = browser.post(path, typed(world, stem="Bản thứ hai?", version=seen))
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Bản thứ nhất?" in html
    assert "Bản thứ hai?" in html
    now_seen = answer.context["form"]["version"].value()
    assert browser.post(path, typed(world, stem="Bản thứ hai?", version=now_seen)).status_code == 302
    assert in_hand(question).stem == "Bản thứ hai?"


def test_errors_are_shown_where_readiness_is_refused(world):
    browser, question = world.browser("TR"), the_draft(world, check_by="2020-01-01")
    answer = browser.post(f"/cms/questions/ready/{question.pk}/")
    assert answer.status_code == 422
    assert "quá ngày phải rà soát lại" in answer.content.decode()
    assert in_hand(question).state == VersionState.DRAFT


def test_a_draft_names_those_that_say_nearly_the_same(world):
    browser = world.browser("TR")
    first = the_draft(world, stem="Ai là người phát ngôn và cung cấp thông tin cho báo chí?")
    second = the_draft(world, stem="Ai là người phát ngôn và cung cấp thông tin cho báo chí ?")
    assert first.code in browser.get(f"/cms/questions/inspect/{second.pk}/").content.decode()
    html = browser.get("/cms/questions/duplicates/").content.decode()
    assert first.code in html
    assert second.code in html


def test_nothing_of_a_question_reaches_the_trainer_of_another_course(world):
    draft = the_draft(world, stem="Câu chỉ của khóa này?")
    browser = world.browser("TX")
    for question in Question.objects.filter(category__course=world.own.course):
        for verb in ("inspect", "preview", "edit"):
            assert browser.get(f"/cms/questions/{verb}/{question.pk}/").status_code == 404
        for verb in ("edit", "ready", "new-version", "retire", "delete"):
            assert browser.post(f"/cms/questions/{verb}/{question.pk}/").status_code == 404
    mine = drawer(world.own)
    assert browser.get(f"/cms/questions/categories/{mine.pk}/").status_code == 404
    for path in (
        "",
        "duplicates/",
        "categories/",
        "new/?type=single",
        "categories/new/",
        f"?category={mine.pk}",
        "?lint=errors",
    ):
        html = browser.get(f"/cms/questions/{path}").content.decode()
        assert "Câu chỉ của khóa này?" not in html, path
        assert draft.code not in html, path
        assert world.own.course.code not in html, path
        assert CANARY not in html, path
    assert browser.writes == []


def test_a_question_is_not_filed_in_a_drawer_of_another_course(world):
    browser = world.browser("TR")
    foreign = drawer(world.foreign)
    assert browser.post("/cms/questions/new/?type=single", typed(world, category=foreign.pk)).status_code == 422
    shared = Category.at(["Chung"], None)
    assert browser.post("/cms/questions/new/?type=single", typed(world, category=shared.pk)).status_code == 422
    assert browser.post("/cms/questions/categories/new/", {"name": "Mới", "parent": foreign.pk}).status_code == 422
    kept = add_question(quizzes.imported(), shared, by=world.users["AD"], now=MOMENT)
    assert browser.get(f"/cms/questions/inspect/{kept.pk}/").status_code == 200
    assert browser.post(f"/cms/questions/retire/{kept.pk}/").status_code == 403


def test_drawers_are_made_renamed_and_moved(world):
    browser, top = world.browser("TR"), drawer(world.own)
    made = {"name": "Bài mới", "parent": top.pk}
    assert browser.post("/cms/questions/categories/new/", made).status_code == 302
    new = Category.objects.get(name="Bài mới")
    assert new.course == world.own.course
    path = f"/cms/questions/categories/{new.pk}/"
    assert browser.get(path).status_code == 200
    assert browser.post(path, {"name": "Bài 9", "parent": ""}).status_code == 302
    assert Category.objects.get(pk=new.pk).path == ("Bài 9",)
    assert browser.post("/cms/questions/categories/new/", {"name": "Không của ai"}).status_code == 422
    assert browser.post("/cms/questions/categories/new/", {"name": "BÀI 9", "course": top.course_id}).status_code == 422


def test_the_list_is_narrowed_by_every_filter(world):
    browser, question = (
        world.browser("TR"),
        the_draft(world, stem="Người phát ngôn?", check_by="2020-01-01", difficulty=5),
    )
    question.tags.create(name="rieng")
    for query in (
        "q=nguoi+phat", f"category={question.category_id}&state=draft", "difficulty=5", "tag=rieng", "lint=errors",
        "lint=source_past",
    ):  # fmt: skip
        found = browser.get(f"/cms/questions/?{query}").context["object_list"]
        assert question in found, query
    for query in ("q=khong+co", "type=essay", "state=retired", "state=ready", "lint=stem_missing"):
        assert question not in browser.get(f"/cms/questions/?{query}").context["object_list"], query
    assert browser.get("/cms/questions/?type=khac&category=x&page=x").status_code == 200


def queries(browser, path):
    browser.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    return len(asked)


def test_list_and_page_ask_as_much_whatever_the_number_of_questions(world):
    browser, question = world.browser("TR"), the_draft(world, stem="Câu nữa về một việc khác hẳn?")
    the_draft(world, stem="Câu nữa về một việc khác hẳn?")
    paths = ("/cms/questions/", f"/cms/questions/inspect/{question.pk}/", "/cms/questions/?lint=errors",
             "/cms/questions/categories/", "/cms/questions/duplicates/")  # fmt: skip
    before = [queries(browser, path) for path in paths]
    for _more in range(5):
        the_draft(world, stem="Câu nữa về một việc khác hẳn?")
    assert [queries(browser, path) for path in paths] == before
