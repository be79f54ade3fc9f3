"""The pages of work in the background: whose it is, how far it is, its file, and how it is stopped or tried again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lms.audit.models import Event
from lms.jobs.handlers import Chunk
from lms.jobs.making import make_file
from lms.jobs.models import Job, JobFile
from lms.people.asked_work import withdrawn
from lms.people.models import RoleGrant, User
from tests.jobs.kinds import handled

pytestmark = pytest.mark.django_db

BODY = b"STT,Ho va ten\r\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def now():
    return timezone.now()


def account(name: str, role: str = "") -> User:
    user = User.objects.create_user(name, name=name.title(), created_at=timezone.now())
    if role:
        RoleGrant.objects.create(user=user, role=role, starts_on="2020-01-01", granted_at=timezone.now())
    return user


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(user: User, now, key: str = "1") -> Job:
    return Job.ask("test.work", key=key, now=now, total=200, requested_by=str(user.public_id))


def made(user: User, now, key: str = "1") -> Job:
    """Done, with a file."""
    job = Job.claim(asked(user, now, key).pk, now=now)
    assert job
    file = make_file(job, lambda out: out.write(BODY), name="Danh sách.csv", media_type="text/csv")
    assert job.store(Chunk(200, 200, finished=True), now=now)
    JobFile.record(job, file, now=now)
    return job


def test_the_owner_sees_progress_and_nobody_else_does_but_the_administrator(now):
    owner = account("chu", "coordinator")
    job = asked(owner, now)
    Job.claim(job.pk, now=now).tell(50, 200, now=now)
    page = browser(owner).get(f"/jobs/{job.pk}/")
    assert "Đang chạy: đã xong 25%." in page.content.decode()
    assert 'aria-live="polite"' in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    for role, status in (("coordinator", 404), ("trainer", 404), ("", 404), ("administrator", 200)):
        assert browser(account(f"khac-{role}", role)).get(f"/jobs/{job.pk}/").status_code == status


def test_a_script_gets_the_part_that_changes_alone(now):
    owner = account("chu")
    job = asked(owner, now)
    part = browser(owner).get(f"/jobs/{job.pk}/", headers={"X-Part": "job"})
    assert "<html" not in part.content.decode()
    assert 'data-state="queued"' in part.content.decode()
    assert "X-Part" in part["Vary"]


def test_the_page_works_without_a_script(now):
    owner = account("chu")
    job = asked(owner, now)
    page = browser(owner).get(f"/jobs/{job.pk}/").content.decode()
    assert "Xem lại tiến độ" in page
    assert "http-equiv" not in page, "a page that moves by itself loses its reader"


def test_the_owner_alone_downloads_and_it_is_noted_who_did(now):
    owner = account("chu", "coordinator")
    job = made(owner, now)
    answer: Any = browser(owner).get(f"/jobs/{job.pk}/file/")
    assert b"".join(answer.streaming_content) == BODY
    assert (
        answer["Content-Disposition"] == "attachment; filename=\"Danh sach.csv\"; filename*=UTF-8''Danh%20s%C3%A1ch.csv"
    )
    assert (answer["X-Content-Type-Options"], answer["Content-Length"]) == ("nosniff", str(len(BODY)))
    assert answer["Cache-Control"] == "no-store, private"
    event = Event.objects.get(action="job.file_taken")
    assert (event.actor, event.object_id) == (str(owner.public_id), str(job.pk))
    assert event.data["sha256"] == job.file.sha256
    for role in ("administrator", "coordinator"):
        assert browser(account(f"khac-{role}", role)).get(f"/jobs/{job.pk}/file/").status_code == 404
    assert Event.objects.filter(action="job.file_taken").count() == 1


def test_an_expired_file_is_a_sentence(now):
    owner = account("chu")
    job = made(owner, now - timedelta(days=8))
    JobFile.objects.sweep(now)
    answer = browser(owner).get(f"/jobs/{job.pk}/file/")
    assert answer.status_code == 410
    assert "Tệp chỉ được giữ trong 7 ngày" in answer.content.decode()
    assert "Tệp chỉ được giữ trong 7 ngày" in browser(owner).get(f"/jobs/{job.pk}/").content.decode()
    assert not Event.objects.filter(action="job.file_taken").exists()


def test_a_role_withdrawn_after_the_file_was_made_closes_it(now):
    def check(job, now):
        raise withdrawn()

    owner = account("chu")
    job = made(owner, now)
    with handled(lambda job, now: Chunk(1, 1), check=check):
        answer = browser(owner).get(f"/jobs/{job.pk}/file/")
    assert answer.status_code == 403
    assert "Vai trò của bạn đã thay đổi" in answer.content.decode()


def test_cancelling_leaves_one_event_and_what_has_ended_is_refused(now):
    owner = account("chu")
    job = asked(owner, now)
    client = browser(owner)
    assert browser(account("khac", "coordinator")).post(f"/jobs/{job.pk}/cancel/").status_code == 404
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 302
    assert "Việc này đã bị hủy" in client.get(f"/jobs/{job.pk}/").content.decode()
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 409
    assert Event.objects.filter(action="job.cancel").count() == 1
    done = made(owner, now, "2")
    assert client.post(f"/jobs/{done.pk}/cancel/").status_code == 409
    assert JobFile.objects.get(job=done).is_kept(now)


def test_the_administrator_sees_all_and_tries_again_what_was_given_up(now):
    owner = account("chu", "coordinator")
    job = asked(owner, now)
    Job.claim(job.pk, now=now).bury("OperationalError", now=now)
    client = browser(account("quan-tri", "administrator"))
    page = client.get("/jobs/all/?state=dead").content.decode()
    assert "Chu" in page
    assert "Việc này bị lỗi (OperationalError)" in page
    assert "Chu" not in client.get("/jobs/all/?state=done").content.decode().split("<main")[1]
    assert browser(owner).post(f"/jobs/{job.pk}/retry/").status_code == 404
    assert browser(owner).get("/jobs/all/").status_code == 404
    assert client.post(f"/jobs/{job.pk}/retry/").status_code == 302
    job.refresh_from_db()
    assert (job.state, job.error) == ("queued", "")
    assert client.post(f"/jobs/{job.pk}/retry/").status_code == 409
    assert Event.objects.get(action="job.retry_dead").data["error"] == "OperationalError"


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("address", ["/jobs/", "/jobs/all/"])
def test_a_list_costs_the_same_for_one_and_for_many(now, address):
    administrator = account("quan-tri", "administrator")
    client = browser(administrator)
    made(administrator, now)
    before = queries(client, address)
    for number in range(5):
        made(administrator, now, f"more {number}")
        asked(account(f"chu-{number}"), now, f"other {number}")
    assert queries(client, address) == before


def test_one_page_costs_the_same_whatever_became_of_it(now):
    owner = account("chu")
    client = browser(owner)
    assert queries(client, f"/jobs/{made(owner, now).pk}/") == queries(client, f"/jobs/{asked(owner, now, '2').pk}/")
