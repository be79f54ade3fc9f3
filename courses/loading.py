"""Questions of a file into rows of the bank: new, new version, or unchanged, by code and content (learning.md §4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from courses.formats.ir import ImportedQuestion
from courses.grading import write_key
from courses.models import Category, Course, Question, QuestionTag, QuestionVersion, VersionState
from lms.audit.models import Event
from lms.people.models import User
from lms.refusal import Refused


@dataclass
class LoadedQuestions:
    """How many questions of a file were new, got a new version, or stood there already."""

    new: int = 0
    new_version: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> int:
        """Rows written."""
        return self.new + self.new_version


def load_questions(
    questions: Sequence[ImportedQuestion], *, course: Course, by: User | None, now: datetime, are_ready: bool = True
) -> LoadedQuestions:
    """Bring the questions of a file into the drawers of `course`, all or nothing; ready at once if `are_ready`.

    The same file again changes nothing. `by` is None for the set-up. Raises Refused: code_taken (a question of another
    course has the code), duplicate_in_file, category_missing, category_too_deep, no_right_answer; each says which code.
    """
    codes = [question.code for question in questions]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise Refused("duplicate_in_file", _("A code stands twice in the file."), status=422, codes=twice)
    loaded = LoadedQuestions()
    with transaction.atomic():
        known = {row.code: row for row in Question.objects.filter(code__in=codes).select_related("category")}
        newest = {row.question_id: row for row in _newest(list(known.values()))}
        for question in questions:
            _load_one(question, course, known.get(question.code), newest, loaded, now, are_ready=are_ready)
        if loaded.changed:
            Event.record(
                "question.import_confirm",
                object_kind="course",
                object_id=course.code,
                actor=str(by.public_id) if by else "system",
                now=now,
                data={"new": loaded.new, "new_version": loaded.new_version, "unchanged": loaded.unchanged},
            )
    return loaded


def _newest(questions: Sequence[Question]) -> Sequence[QuestionVersion]:
    """The last version of each question, ready or not; later numbers come last."""
    return list(QuestionVersion.objects.filter(question__in=questions).order_by("number"))


def _load_one(  # noqa: PLR0913 - one line of a file in its surroundings
    content: ImportedQuestion,
    course: Course,
    question: Question | None,
    newest: dict[int, QuestionVersion],
    loaded: LoadedQuestions,
    now: datetime,
    *,
    are_ready: bool,
) -> None:
    if question is not None and question.category.course_id != course.pk:
        raise Refused("code_taken", _("A question of another course has this code."), status=422, code=content.code)
    last = newest.get(question.pk) if question is not None else None
    if last is not None and last.content_hash == content.content_hash():
        loaded.unchanged += 1
        return
    if question is None:
        question = Question.objects.create(code=content.code, category=Category.at(content.category, course))
        loaded.new += 1
    else:
        loaded.new_version += 1
    _tag(question, content.tags)
    if last is not None and last.state == VersionState.DRAFT:
        last.rewrite(content)
        version = last
    else:
        version = QuestionVersion.write(question, content, now)
    write_key(version, content.key, content.feedback)
    if are_ready:
        version.freeze()


def _tag(question: Question, names: Sequence[str]) -> None:
    tags = [QuestionTag.objects.get_or_create(name=name)[0] for name in names]
    question.tags.set(tags)
