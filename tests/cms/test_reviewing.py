"""Draft, submitted, approved, published; with a second person's yes (learning.md §2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from wagtail.models import Page, WorkflowState

from cms.models import LessonPage
from cms.reviewing import WORKFLOW, make_workflow
from cms.tasks import ask_for_scheduled, publish_scheduled
from courses.models import CourseTrainer
from lms.jobs.models import Job, Notification
from lms.refusal import Refused
from tests.drivers import NOTHING, SCRIPT, UNCOMMENTED
from tests.house.world import MOMENT
from tests.make import courses as make


@pytest.fixture
def page(world) -> LessonPage:
    return LessonPage.objects.get(pk=world.lesson_page.pk)


def draft(page: LessonPage, editor, word: str = "Mục mới"):
    page.body.append(("heading", word))
    return page.save_revision(user=editor)


def submitted(page: LessonPage, editor) -> WorkflowState:
    draft(page, editor)
    return page.get_workflow().start(page, editor)


def act(browser, state, action: str, **data: str):
    path = f"/cms/pages/workflow/action/{state.object_id}/{action}/{state.current_task_state.pk}/"
    return browser.post(path, data, headers=SCRIPT)


def test_every_course_has_the_workflow_and_it_is_made_once(world, page):
    assert page.get_workflow().name == WORKFLOW
    again = make_workflow(Page.objects.get(slug="khoa-hoc"))
    assert again == page.get_workflow()
    assert again.workflow_tasks.count() == 1


def test_another_person_approves_and_that_publishes(world, page):
    state = submitted(page, world.users["TR"])
    browser = world.browser("AD")
    assert act(browser, state, "approve").status_code == 200
    assert browser.events.count("course.approve_edit_of_another") == 1
    assert "Mục mới" in str(LessonPage.objects.get(pk=page.pk).body)
    state.refresh_from_db()
    assert state.status == WorkflowState.STATUS_APPROVED


@pytest.mark.parametrize("who", ["TR", "AD"])
def test_nobody_approves_own_words(world, page, who):
    state = submitted(page, world.users[who])
    assert act(world.browser(who), state, "approve").status_code == 403
    assert "Mục mới" not in str(LessonPage.objects.get(pk=page.pk).body)


def test_whoever_edits_during_the_review_needs_somebody_else(world, page):
    state = submitted(page, world.users["TR"])
    draft(page, world.users["AD"], "Sửa thêm")
    task_state = state.current_task_state
    with pytest.raises(Refused) as refusal:
        task_state.task.specific.on_action(task_state, world.users["AD"], "approve")
    assert refusal.value.code == "self_approval"
    assert act(world.browser("TR"), state, "approve").status_code == 200


def test_the_verb_itself_refuses_own_words(world, page):
    revision = draft(page, world.users["AD"])
    with pytest.raises(Refused) as refusal:
        revision.publish(user=world.users["AD"])
    assert (refusal.value.code, refusal.value.status) == ("self_approval", 403)


def test_trainers_of_other_courses_approve_nothing(world, page):
    state = submitted(page, world.users["TR"])
    assert act(world.browser("TX"), state, "approve").status_code == 403
    assert act(world.browser("CO"), state, "approve").status_code == 404


def test_sending_back_needs_a_reason_which_the_author_gets(world, page):
    state = submitted(page, world.users["TR"])
    browser = world.browser("AD")
    act(browser, state, "reject", comment=" ")
    state.refresh_from_db()
    assert state.status == WorkflowState.STATUS_IN_PROGRESS
    task_state = state.current_task_state
    with pytest.raises(Refused) as refusal:
        task_state.task.specific.on_action(task_state, world.users["AD"], "reject", comment="")
    assert refusal.value.code == "reason_required"
    assert act(browser, state, "reject", comment="Thiếu căn cứ").status_code == 200
    state.refresh_from_db()
    assert state.status == WorkflowState.STATUS_NEEDS_CHANGES
    assert browser.events.count("course.approve_edit_of_another") == 1
    told = Notification.objects.get(kind="lesson_sent_back")
    assert told.recipient == world.users["TR"].public_id
    assert told.payload["reason"] == "Thiếu căn cứ"


def test_those_who_may_approve_are_told_and_see_it_on_their_first_page(world, page):
    colleague = make.account(None, "trainer")
    CourseTrainer.objects.create(course=world.own.course, user=colleague, starts_on=make.DAY)
    submitted(page, world.users["TR"])
    told = set(Notification.objects.filter(kind="lesson_to_review").values_list("recipient", flat=True))
    assert world.users["AD"].public_id in told
    assert world.users["TR"].public_id not in told
    assert page.title in world.browser("AD").get("/cms/").content.decode()


def test_no_mail_leaves_from_inside_the_request(world, page, mailoutbox):
    state = submitted(page, world.users["TR"])
    act(world.browser("AD"), state, "reject", comment="Thiếu căn cứ")
    assert mailoutbox == []


def form(page: Page, **more: str) -> dict[str, object]:
    return {
        "title": page.title, "slug": page.slug, "course": page.specific.course.pk, "intro": NOTHING, **UNCOMMENTED,
    } | more  # fmt: skip


def test_pressing_publish_keeps_the_draft_and_publishes_nothing(world):
    page = world.course_page
    browser = world.browser("AD")
    answer = browser.post(f"/cms/pages/{page.pk}/edit/", form(page, title="Tên khác") | {"action-publish": "1"})
    assert answer.status_code == 302
    page.refresh_from_db()
    assert page.title != "Tên khác"
    assert page.get_latest_revision_as_object().title == "Tên khác"


@pytest.mark.parametrize("who", ["TR", "AD"])
def test_the_menu_offers_to_submit_and_not_to_publish(world, page, who):
    html = world.browser(who).get(f"/cms/pages/{page.pk}/edit/").content.decode()
    assert "action-submit" in html
    assert "action-publish" not in html


def test_an_edit_is_one_event(world):
    browser = world.browser("TR")
    browser.post(f"/cms/pages/{world.course_page.pk}/edit/", form(world.course_page))
    assert browser.events == ["course.edit"]


def test_a_draft_that_saves_itself_again_is_one_event(world):
    browser, page = world.browser("TR"), world.course_page
    as_script = {"headers": {"Accept": "application/json"}}
    first = browser.post(f"/cms/pages/{page.pk}/edit/", form(page), **as_script).json()
    assert first["success"]
    again = form(page, title="Tên khác", overwrite_revision_id=first["revision_id"])
    assert browser.post(f"/cms/pages/{page.pk}/edit/", again, **as_script).json()["success"]
    assert browser.events == ["course.edit"]


def test_what_wagtail_offers_around_a_draft_opens_for_the_trainer(world, page):
    first = page.save_revision(user=world.users["TR"])
    second = draft(page, world.users["TR"])
    browser = world.browser("TR")
    for path in (
        "view_draft/", "history/", f"revisions/{first.pk}/view/", f"revisions/{first.pk}/revert/", "workflow_history/",
        f"revisions/compare/{first.pk}...{second.pk}/",
    ):  # fmt: skip
        answer = browser.get(f"/cms/pages/{page.pk}/{path}")
        assert answer.status_code == 200, path
        assert world.browser("TX").get(f"/cms/pages/{page.pk}/{path}").status_code != 200, path
        assert world.browser("CO").get(f"/cms/pages/{page.pk}/{path}").status_code == 404, path


def test_the_preview_is_as_wide_as_a_phone_first(page):
    assert page.default_preview_size == "mobile"
    (phone,) = [size for size in page.preview_sizes if size["name"] == "mobile"]
    assert phone["device_width"] == 360


def test_a_planned_page_is_published_by_the_sweep_when_its_time_has_come(world, page):
    page.go_live_at = MOMENT + timedelta(hours=1)
    draft(page, world.users["TR"]).publish()
    assert "Mục mới" not in str(LessonPage.objects.get(pk=page.pk).body)
    ask_for_scheduled(MOMENT)
    assert not Job.objects.filter(kind="cms.publish_scheduled").exists()
    later = MOMENT + timedelta(hours=1)
    ask_for_scheduled(later)
    with time_machine.travel(later, tick=False):
        publish_scheduled(Job.objects.get(kind="cms.publish_scheduled"), later)
    assert "Mục mới" in str(LessonPage.objects.get(pk=page.pk).body)


def test_a_lesson_is_copied_without_its_record_and_a_course_as_an_edition(world, page):
    browser = world.browser("TR")
    asked = {
        "new_title": "Bài chép", "new_slug": "bai-chep", "new_parent_page": world.course_page.pk, "copy_subpages": "",
    }  # fmt: skip
    assert browser.post(f"/cms/pages/{page.pk}/copy/", asked).status_code == 302
    copied = LessonPage.objects.get(slug="bai-chep")
    assert (copied.lesson, copied.live) == (None, False)
    answer = browser.get(f"/cms/pages/{world.course_page.pk}/copy/")
    assert answer.url == f"/cms/copies/course/{world.own.course.pk}/"
