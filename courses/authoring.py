"""The verbs of the question editor: what is written together, in one transaction with one event (learning.md §3)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from courses.formats.ir import ImportedQuestion
from courses.grading import write_key
from courses.models import Category, Course, Question, QuestionTag, QuestionVersion, VersionState
from courses.picturing import settled
from lms.people.models import User
from lms.refusal import Refused


def edition(version: QuestionVersion) -> str:
    """What the editor has in hand, drawer and tags included; a form sends it back, so that nobody overwrites unseen."""
    tags = sorted(tag.name for tag in version.question.tags.all())
    parts = (version.content_hash, str(version.question.category_id), *tags)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def free_code(course: Course | None) -> str:
    """A code that no question has: that of the course and the next number."""
    head = course.code if course else "CHUNG"
    number = Question.objects.filter(category__course=course).count() + 1
    while Question.objects.filter(code=f"{head}-{number:03d}").exists():
        number += 1
    return f"{head}-{number:03d}"


def add_question(content: ImportedQuestion, category: Category, *, by: User, now: datetime) -> Question:
    """A new question with its first draft; sent again, the one that was made.

    Raises Refused "code_taken" (422) where the code is that of another question.
    """
    (content,) = settled([content], now)
    with transaction.atomic():
        question, is_new = Question.objects.get_or_create(code=content.code, defaults={"category": category})
        if is_new:
            version = QuestionVersion.write(question, content, now)
            write_key(version, content.key, content.feedback)
            _tag(question, content.tags)
            question.tell("question.create_or_edit_draft", by=by, now=now, number=version.number)
        elif not question.versions.filter(number=1, content_hash=content.content_hash()).exists():
            raise Refused("code_taken", _("Another question has this code."), status=422)
    return question


def edit_draft(
    version: QuestionVersion, content: ImportedQuestion, category: Category, *, seen: str, by: User, now: datetime
) -> bool:
    """Other words, key, drawer and tags for a draft. `seen` is the `edition` that was edited. False if nothing changed.

    Raises Refused: version_frozen once it is ready, edited_elsewhere if somebody else saved in the meantime.
    """
    (content,) = settled([content], now)
    with transaction.atomic():
        held = QuestionVersion.objects.filter(pk=version.pk, state=VersionState.DRAFT).update(number=F("number"))
        stored = QuestionVersion.objects.with_content().get(pk=version.pk)
        if not held:
            stored.require_draft()
        question = stored.question
        before = (stored.content_hash, question.category_id, sorted(tag.name for tag in question.tags.all()))
        if before == (content.content_hash(), category.pk, sorted(content.tags)):
            return False
        if edition(stored) != seen:
            raise Refused("edited_elsewhere", _("Somebody else has changed this question since you opened it."))
        stored.rewrite(content)
        write_key(stored, content.key, content.feedback)
        Question.objects.filter(pk=question.pk).update(category=category)
        _tag(question, content.tags)
        question.tell("question.create_or_edit_draft", by=by, now=now, number=stored.number)
    return True


def new_draft(question: Question, *, by: User, now: datetime) -> QuestionVersion:
    """The words and the key of the newest version again, to be changed; options keep their uids.

    Raises Refused "draft_exists" while another draft waits.
    """
    with transaction.atomic():
        content = question.versions.with_content().latest("number").content()
        version = question.new_version(content, by=by, now=now)
        write_key(version, content.key, content.feedback)
    return version


def _tag(question: Question, names: Sequence[str]) -> None:
    question.tags.set([QuestionTag.objects.get_or_create(name=name)[0] for name in names])
