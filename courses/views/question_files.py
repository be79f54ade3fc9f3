"""What hangs on questions and answers: pictures of the one, files of the other, each behind a door (trust.md §6)."""

from __future__ import annotations

import uuid

from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from courses.models import AnswerFile, Attempt, Question, QuestionPicture
from courses.models.answer_files import STORAGE
from courses.models.pictures import size_name
from lms.people.models import Role
from lms.people.permissions import door
from lms.people.views.visit import visit
from lms.uploads.documents import KINDS
from lms.uploads.pictures import WIDTHS
from lms.web.downloads import attachment

A_YEAR = 31_536_000


@door("question.read_in_attempt")
@require_GET
def of_attempt(request: HttpRequest, attempt_id: uuid.UUID, picture: int, width: int) -> HttpResponseBase:
    """A picture of a question that one's own attempt asks."""
    who = visit(request)
    mine = Attempt.objects.of(who.user).filter(public_id=attempt_id)
    rows = QuestionPicture.objects.filter(version__slots__attempt__in=mine)
    return _served(get_object_or_404(rows.select_related("picture").distinct(), pk=picture), width)


@door("question.read_bank_with_keys")
@require_GET
def of_bank(request: HttpRequest, picture: int, width: int) -> HttpResponseBase:
    """The same for whoever may open the bank. A picture is no key: it leaves no event of its own beside its page's."""
    who = visit(request)
    seen = Question.objects.visible_to(who.user, who.on)
    rows = QuestionPicture.objects.filter(version__question__in=seen).select_related("picture")
    return _served(get_object_or_404(rows, pk=picture), width)


def _served(row: QuestionPicture, width: int) -> HttpResponseBase:
    """What stands in a row never changes, so a browser may keep it; nobody in between."""
    name = size_name(row.picture.sha256, width)
    if width not in WIDTHS or not storages[STORAGE].exists(name):
        raise Http404
    response = FileResponse(storages[STORAGE].open(name, "rb"), content_type="image/webp")
    response["Cache-Control"] = f"private, max-age={A_YEAR}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@door("attempt.view_answers")
@require_GET
def of_answer(request: HttpRequest, attempt_id: uuid.UUID, file: uuid.UUID) -> HttpResponseBase:
    """A file with an essay, to be saved. Whoever marks gets it under a plain name: the sender's could say who it is."""
    who = visit(request)
    attempts = Attempt.objects.answers_visible_to(who.user, who.on).filter(public_id=attempt_id)
    rows = AnswerFile.objects.filter(slot__attempt__in=attempts).select_related("slot__attempt__enrolment")
    row = get_object_or_404(rows, public_id=file)
    attempt = row.slot.attempt
    is_own = attempt.enrolment.person_id == who.user.person_id
    if not storages[STORAGE].exists(row.stored):
        raise Http404
    if not is_own and who.user.holds(Role.ADMINISTRATOR, on=who.on):
        attempt.tell("attempt.view_answers", actor=str(who.user.public_id), now=who.now)
    name = row.name if is_own else row.plain_name
    return attachment(
        storages[STORAGE].open(row.stored, "rb"), name=name, content_type=KINDS[row.ending], size=row.size
    )  # fmt: skip
