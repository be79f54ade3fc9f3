"""Files with an essay: sent without a script, sealed with the answer, read by owner and markers (learning.md §8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from courses.models import AnswerFile, Attempt, Ground, Mark
from lms.refusal import Refused
from lms.uploads.documents import checked_document
from tests.make import courses as make
from tests.make import quizzes

pytestmark = pytest.mark.django_db


def pdf(words="một"):
    return b"%PDF-1.7\n" + words.encode() + b"\n%%EOF\n"


def upload(name="bai-lam.pdf", content=None):
    return SimpleUploadedFile(name, pdf() if content is None else content)


class EssaySitting(quizzes.Sitting):
    """Somebody before an essay that takes two files."""

    def __init__(self, files=2):
        super().__init__()
        question = quizzes.imported("essay", settings={"files": files} if files else {})
        self.quiz = quizzes.quiz(self.course, quizzes.bank(self.course, question))
        self.run_quiz = quizzes.offered(self.quiz, self.run_quiz.run)
        self.attempt = self.start(timezone.now())
        self.browser = quizzes.browser(self.user)

    def send(self, *files, **fields):
        data = {"epoch": 1, "slot": 1, "s1-seq": 1, "s1-text": "", "go": "1", "s1-file": list(files)} | fields
        return self.browser.post(f"/attempts/{self.attempt.public_id}/answers/", data, follow=True)


@pytest.fixture
def sitting():
    return EssaySitting()


def address(row):
    return f"/attempts/{row.slot.attempt.public_id}/files/{row.public_id}/"


def test_a_file_goes_with_an_essay_until_it_is_handed_in(sitting):
    page = sitting.send(upload()).content.decode()
    assert "bai-lam.pdf" in page
    assert 'enctype="multipart/form-data"' in page
    sitting.send(upload())
    sitting.send(upload("hai.pdf", pdf("hai")))
    assert [row.name for row in AnswerFile.objects.order_by("place")] == ["bai-lam.pdf", "hai.pdf"]
    said = sitting.send(upload("ba.pdf", pdf("ba"))).content.decode()
    assert "nhiều nhất 2 tệp" in said
    sitting.send(drop="1-1")
    assert [row.place for row in AnswerFile.objects.all()] == [2]
    sitting.submit(sitting.attempt, timezone.now())
    document = checked_document("x.pdf", pdf("x"))
    with pytest.raises(Refused) as refused:
        AnswerFile.add(sitting.attempt, 1, document, epoch=1, now=timezone.now())
    assert refused.value.code == "attempt_closed"
    sitting.send(drop="1-2")
    assert AnswerFile.objects.count() == 1


def test_a_file_alone_is_an_answer_that_somebody_marks(sitting):
    sitting.send(upload())
    assert sitting.browser.get(f"/attempts/{sitting.attempt.public_id}/submit/").context["empty"] == []
    attempt = sitting.submit(sitting.attempt, timezone.now())
    assert (attempt.answered_count, attempt.state) == (1, "submitted")
    held = quizzes.held(attempt, 1).value
    assert held == {"text": "", "files": [AnswerFile.objects.get().sha256]}
    empty = EssaySitting()
    closed = empty.submit(empty.attempt, timezone.now())
    assert (closed.answered_count, closed.state) == (0, "graded")
    assert closed.receipt != attempt.receipt


def test_what_is_written_and_the_file_are_kept_together(sitting):
    sitting.send(upload(), **{"s1-text": "Bài làm"})
    sitting.submit(sitting.attempt, timezone.now())
    held = quizzes.held(sitting.attempt, 1).value
    assert held is not None and held["text"] == "Bài làm"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("virus.exe", pdf(), ".pdf"), ("gia.pdf", b"khong phai", "hỏng"), ("trong.docx", b"", "trống"),
        ("to.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (9000).to_bytes(4, "big") * 2 + bytes(9), "triệu"),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_is_refused_with_a_sentence_and_leaves_nothing(sitting, name, content, said):
    page = sitting.send(upload(name, content)).content.decode()
    assert said in page
    assert name in page
    assert not AnswerFile.objects.exists()


def test_an_essay_that_asks_for_no_files_takes_none():
    sitting = EssaySitting(files=0)
    assert 'type="file"' not in sitting.browser.get(f"/attempts/{sitting.attempt.public_id}/").content.decode()
    sitting.send(upload())
    assert not AnswerFile.objects.exists()


def test_an_old_tab_sends_no_file_and_neither_does_one_whose_time_is_over(sitting):
    document = checked_document("x.pdf", pdf())
    sitting.attempt.take_over(epoch=1, now=timezone.now())
    with pytest.raises(Refused) as refused:
        AnswerFile.add(sitting.attempt, 1, document, epoch=1, now=timezone.now())
    assert refused.value.code == "epoch_stale"
    Attempt.objects.filter(pk=sitting.attempt.pk).update(
        started_at=timezone.now() - timedelta(hours=2), deadline_at=timezone.now() - timedelta(hours=1),
        grace_until=timezone.now() - timedelta(minutes=59),
    )  # fmt: skip
    late = Attempt.objects.get(pk=sitting.attempt.pk)
    with pytest.raises(Refused) as refused:
        AnswerFile.add(late, 1, document, epoch=2, now=timezone.now())
    assert refused.value.code == "attempt_closed"


def test_owner_and_markers_alone_read_a_file_and_markers_do_not_learn_whose_it_is(sitting):
    sitting.send(upload("Nguyen-Van-A.pdf"))
    attempt = sitting.submit(sitting.attempt, timezone.now())
    row = AnswerFile.objects.select_related("slot__attempt").get()
    own = sitting.browser.get(address(row))
    assert own["Content-Disposition"] == 'attachment; filename="Nguyen-Van-A.pdf"'
    assert b"".join(own.streaming_content) == pdf()
    marker = make.trainer(sitting.course)
    seen = quizzes.browser(marker).get(address(row))
    assert seen["Content-Disposition"] == 'attachment; filename="bai-lam-1-1.pdf"'
    Mark.objects.ask([attempt.slots.get().pk], 1, Ground.FIRST, timezone.now())
    mark = Mark.objects.get()
    assert mark.take(marker, now=timezone.now())
    page = quizzes.browser(marker).get(f"/marking/{mark.pk}/").content.decode()
    assert address(row) in page
    assert "Nguyen-Van-A" not in page
    strangers = [make.account(make.person()), make.trainer(make.course()), make.account(None, "coordinator")]
    assert [quizzes.browser(one).get(address(row)).status_code for one in strangers] == [404, 404, 404]


def test_two_files_at_once_never_become_more_than_the_essay_takes(sitting):
    sitting.send(*(upload(f"{number}.pdf", pdf(str(number))) for number in range(4)))
    assert AnswerFile.objects.count() == 2
