"""What a job made: whole or not at all, once, for a week; how far it is; how it stops."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from lms.jobs.handlers import Chunk, Made
from lms.jobs.making import FOLDER, Progress, delete_orphans, make_file
from lms.jobs.models import Job, JobFile
from lms.jobs.models.files import KEPT_FOR
from lms.jobs.models.jobs import LEASE
from lms.jobs.papers import MOST_WAITING, ask_for_paper, is_long, write_paper
from lms.jobs.running import work
from lms.jobs.sentences import DISK_FULL, code_of, sentence_for
from lms.papers.files import Kind
from lms.papers.letterhead import Letterhead
from lms.papers.paper import Paper
from lms.papers.table import Column, Table
from lms.refusal import Refused
from tests.jobs.kinds import handled

pytestmark = pytest.mark.django_db

BODY = b"STT;Ho va ten\r\n1;An\r\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """A private folder of this test alone."""
    settings.PRIVATE_ROOT = tmp_path
    return tmp_path / FOLDER


def write(job, now, body=BODY):
    """A handler that makes one file."""
    made = make_file(job, lambda out: out.write(body), name="danh-sach.csv", media_type="text/csv")
    return Chunk(1, 1, finished=True, file=made)


def claimed(now) -> Job:
    """A job at work."""
    job = Job.claim(asked(now).pk, now=now)
    assert job is not None
    return job


def asked(now, key="1", owner="somebody"):
    return Job.ask("test.work", key=key, now=now, requested_by=owner, total=1)


def lying(folder):
    """The names of the files on the disk."""
    return sorted(path.name for path in folder.glob("*"))


def test_a_file_is_whole_and_its_row_says_which_bytes_it_is(now, clock, wakes):
    job = asked(now)
    with handled(write, atomic=False):
        work(job.pk, clock=clock)
    file = JobFile.objects.get(job=job)
    assert file.location.read_bytes() == BODY
    assert (file.size, file.sha256) == (len(BODY), hashlib.sha256(BODY).hexdigest())
    assert (file.owner, file.name, file.media_type) == ("somebody", "danh-sach.csv", "text/csv")
    assert Job.objects.get().state == "done"


def test_a_wake_delivered_twice_makes_one_file(now, clock, wakes, folder):
    job = asked(now)
    with handled(write, atomic=False):
        work(job.pk, clock=clock)
        work(job.pk, clock=clock)
    assert JobFile.objects.count() == 1
    assert len(lying(folder)) == 1


def test_whoever_lost_the_lease_leaves_no_file(now, clock, wakes, folder):
    job = asked(now)

    def taken_over(job, now):
        chunk = write(job, now)
        Job.objects.filter(pk=job.pk).update(lease_token="another")
        return chunk

    with handled(taken_over, atomic=False):
        work(job.pk, clock=clock)
    assert JobFile.objects.count() == 0
    assert lying(folder) == []
    assert Job.objects.get().lease_token == "another"


def test_one_job_has_one_file(now):
    job = asked(now)
    JobFile.record(job, Made("a.csv", "text/csv", 1, "0", "jobs/a"), now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        JobFile.record(job, Made("b.csv", "text/csv", 1, "0", "jobs/b"), now=now)


@pytest.mark.parametrize("wrong", [{"owner": ""}, {"path": ""}, {"sha256": ""}, {"size": -1}])
def test_a_file_has_an_owner_a_place_a_hash_and_a_size(now, wrong):
    JobFile.record(asked(now), Made("a.csv", "text/csv", 1, "0", "jobs/a"), now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        JobFile.objects.update(**wrong)


def test_a_full_disk_is_a_sentence_and_no_half_file_and_is_tried_again(now, clock, wakes, folder):
    def full(job, now):
        def stop(out):
            out.write(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")

        make_file(job, stop, name="a.csv", media_type="text/csv")
        raise AssertionError

    job = asked(now)
    with handled(full, atomic=False):
        work(job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.state, job.error) == ("queued", DISK_FULL)
    assert "Ổ đĩa" in sentence_for(job.error)
    assert lying(folder) == []
    clock.pass_by(minutes=1)
    with handled(write, atomic=False):
        work(job.pk, clock=clock)
    assert JobFile.objects.count() == 1


def test_a_full_disk_is_seen_through_whoever_wraps_it():
    room = OSError(errno.ENOSPC, "No space left on device")
    assert code_of(RuntimeError(room)) == DISK_FULL
    try:
        raise RuntimeError("workbook") from room
    except RuntimeError as wrapped:
        assert code_of(wrapped) == DISK_FULL
    assert code_of(OSError(errno.EACCES, "no")) == "PermissionError"


def test_a_disk_that_is_really_full_leaves_nothing(now, clock, wakes, folder):
    """/dev/full answers as a full disk does, when the bytes are flushed."""
    job = claimed(now)
    folder.mkdir()
    part = folder / f"{job.pk}-{job.lease_token}.tmp"
    part.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        make_file(job, lambda out: out.write(BODY * 10_000), name="a.csv", media_type="text/csv")
    assert lying(folder) == []


def test_a_cancelled_job_stops_at_its_next_step_and_keeps_nothing(now, clock, wakes, folder, monkeypatch):
    monkeypatch.setattr("lms.jobs.making.TELL_SECONDS", 0)
    read = []

    def cancelled_after_three(job):
        for number in range(10):
            read.append(number)
            if number == 2:
                Job.objects.get(pk=job.pk).cancel(now)
            yield (number,)

    def run(job, now):
        return write_paper(job, paper(cancelled_after_three(job)), Kind.CSV, name="a", clock=clock)

    job = asked(now)
    with handled(run, atomic=False):
        work(job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.state, job.error) == ("dead", "cancelled")
    assert read == [0, 1, 2]
    assert lying(folder) == []


def test_progress_renews_the_lease_and_is_told_at_most_once_a_second(now, clock, wakes, django_assert_num_queries):
    job = claimed(now)
    progress = Progress(job, 1000, clock=clock)
    with django_assert_num_queries(0):
        list(progress.counted(range(500)))
    clock.pass_by(seconds=50)
    progress.told_at -= 1
    with django_assert_num_queries(1):
        list(progress.counted(range(100)))
    row = Job.objects.get()
    assert (row.done_count, row.total, row.percent) == (501, 1000, 50)
    assert row.lease_until == clock.now + LEASE


def test_a_file_goes_after_seven_days_and_its_row_stays(now, folder):
    job = claimed(now)
    chunk = write(job, now)
    file = JobFile.record(job, chunk.file, now=now)
    assert JobFile.objects.sweep(now + KEPT_FOR - timedelta(seconds=1)) == 0
    file.require_kept(now + KEPT_FOR - timedelta(seconds=1))
    assert JobFile.objects.sweep(now + KEPT_FOR) == 1
    assert JobFile.objects.sweep(now + KEPT_FOR) == 0
    assert lying(folder) == []
    file.refresh_from_db()
    with pytest.raises(Refused) as refused:
        file.require_kept(now + KEPT_FOR)
    assert (refused.value.code, refused.value.status) == ("file_expired", 410)


def test_a_file_that_is_gone_from_the_disk_is_said_to_be_gone(now):
    file = JobFile.record(asked(now), Made("a.csv", "text/csv", 1, "0", "jobs/none"), now=now)
    with pytest.raises(Refused, match="file_expired"):
        file.require_kept(now)


def test_a_job_stays_as_long_as_its_file_lies_on_the_disk(now, clock, wakes):
    job = asked(now)
    with handled(write, atomic=False):
        work(job.pk, clock=clock)
    later = now + timedelta(days=31)
    assert not Job.objects.outdated(later).exists()
    JobFile.objects.sweep(later)
    assert Job.objects.outdated(later).get() == job


def test_whole_files_that_no_row_names_go_after_an_hour(now, folder):
    job = claimed(now)
    kept = JobFile.record(job, write(job, now).file, now=now)
    for name in ("9-dead.xlsx", "9-young.xlsx"):
        (folder / name).write_bytes(b"x")
    for path in (kept.location, folder / "9-dead.xlsx"):
        os.utime(path, (time.time() - 3700,) * 2)
    assert delete_orphans(time.time()) == 1
    assert lying(folder) == sorted(["9-young.xlsx", kept.location.name])


def test_who_may_not_have_it_any_more_gets_nothing(now, clock, wakes, folder):
    def withdrawn(job, now):
        raise Refused("access_withdrawn", "no", status=403)

    job = asked(now)
    with handled(write, atomic=False, check=withdrawn):
        work(job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.state, job.error) == ("dead", "access_withdrawn")
    assert "Vai trò" in job.sentence
    assert not folder.exists()


# --- papers -----------------------------------------------------------------------------------------------------------


def paper(rows):
    return Paper(Letterhead("Sở Mẫu"), (Table((Column("STT"),), rows),))


def test_a_paper_is_long_by_its_kind():
    assert not is_long(Kind.XLSX, 5000)
    assert is_long(Kind.XLSX, 5001)
    assert is_long(Kind.PDF, 501)
    with pytest.raises(Refused, match="paper_too_long"):
        is_long(Kind.DOCX, 20_001)


def test_asking_for_the_same_twice_is_asking_once_while_it_is_made(now, wakes):
    first = ask_for_paper("test.work", {"task": 1}, rows=10, by="somebody", now=now)
    later = now + timedelta(seconds=5)
    assert ask_for_paper("test.work", {"task": 1}, rows=10, by="somebody", now=later) == first
    assert ask_for_paper("test.work", {"task": 1}, rows=10, by="another", now=later) != first
    assert first.payload["known_at"] == now.isoformat()
    first.cancel(later)
    assert ask_for_paper("test.work", {"task": 1}, rows=10, by="somebody", now=later) != first


def test_a_moment_that_was_chosen_stays(now, wakes):
    chosen = (now - timedelta(days=9)).isoformat()
    job = ask_for_paper("test.work", {"known_at": chosen}, rows=1, by="somebody", now=now)
    assert job.payload["known_at"] == chosen


def test_one_account_does_not_keep_all_workers_busy(now, wakes):
    for number in range(MOST_WAITING):
        ask_for_paper("test.work", {"task": number}, rows=1, by="somebody", now=now)
    with pytest.raises(Refused, match="too_many_files"):
        ask_for_paper("test.work", {"task": 99}, rows=1, by="somebody", now=now)
    assert ask_for_paper("test.work", {"task": 99}, rows=1, by="another", now=now)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_paper_counts_its_rows(now, clock, wakes, kind):
    def run(job, now):
        return write_paper(job, paper((number,) for number in range(7)), kind, name="bieu", clock=clock)

    job = asked(now)
    with handled(run, atomic=False):
        work(job.pk, clock=clock)
    job.refresh_from_db()
    assert (job.state, job.done_count, job.result) == ("done", 7, {"rows": 7})
    assert job.file.name == f"bieu.{kind}"
