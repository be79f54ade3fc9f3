"""A question file on its way in: checked and kept as a dry run, then confirmed, once (learning.md §4)."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy

from courses.banks import Bank
from courses.formats.apart import read_apart
from courses.formats.files import FORMATS, Format
from courses.formats.ir import ImportedQuestion
from courses.grading import freeze_all
from courses.importing_lines import line_of, plan_hash, problem_line, question_in
from courses.judging import judge, judged_again, known_versions, stale
from courses.lint import lint
from courses.loading import batches, load_questions
from courses.models import Course, QuestionVersion, VersionState
from courses.picturing import settled
from lms.audit.models import Event
from lms.days import local_day
from lms.jobs.models import ImportLine, ImportRun, ImportState, Verdict
from lms.people.models import User
from lms.refusal import Refused
from lms.uploads.checks import check_size

KIND = "questions"
SYSTEM = "system"
TO_WRITE = (Verdict.NEW, Verdict.NEW_VERSION, Verdict.CONVERTED)


def kind_of(kept: Format) -> str:
    """What the run of such a file is called: the same bytes may be read in two ways."""
    return f"{KIND}:{kept.name}"


def check(
    content: bytes, *, kept: Format, bank: Bank, by: User | None, now: datetime, confirmed: str = ""
) -> ImportRun:
    """Judge a file and keep the report as a dry run; nothing in the bank changes.

    A file that was applied here before gives that first report. `confirmed` is an encoding that the person agreed to.
    Raises FileError or Refused for a file that cannot be judged as a whole.
    """
    check_size(len(content))
    sha256 = hashlib.sha256(content).hexdigest()
    earlier = ImportRun.objects.applied(kind_of(kept), bank.scope, sha256).first()
    if earlier:
        return earlier
    questions, problems = read_apart(kept, content, confirmed)
    judged = judge(settled(questions, now), bank, kept)
    lines = sorted([*(line_of(one, kept) for one in judged), *map(problem_line, problems)], key=lambda line: line.row)
    with transaction.atomic():
        _forget_dry_runs(bank.scope, _actor(by))
        run = ImportRun.objects.create(
            kind=kind_of(kept), scope=bank.scope, sha256=sha256, plan_hash=plan_hash(judged), actor=_actor(by),
            created_at=now, counts=Counter(str(line.verdict) for line in lines),
        )  # fmt: skip
        for line in lines:
            line.run = run
        ImportLine.objects.bulk_create(lines, batch_size=500)
    return run


def confirm(run: ImportRun, *, bank: Bank, by: User | None, now: datetime, only_sound: bool = False) -> bool:
    """Write the sound questions of a dry run as drafts, all or none, with one event; False if that was done before.

    Raises Refused: rows_refused (there are refused questions and `only_sound` is not set), nothing_to_import,
    preview_stale (the bank says something else now), already_imported (the same file, by another run), import_is_over
    (another file was checked since).
    """
    if run.state == ImportState.APPLIED:
        return False
    if not only_sound and run.lines.filter(verdict=Verdict.REFUSED).exists():
        raise Refused(
            "rows_refused", gettext_lazy("Some questions were refused. Mend them, or import the sound ones only.")
        )
    with transaction.atomic():
        _one_import_at_a_time()
        if not _claimed(run, now):
            return False
        questions = _still_to_do(run, bank)
        told = {"sha256": run.sha256, "run": run.pk, "counts": run.counts, "format": run.kind.partition(":")[2]}
        load_questions(questions, course=bank.course, by=by, now=now, are_ready=False, told=told)
        run.lines.exclude(verdict=Verdict.REFUSED).update(data={})
    return True


def _still_to_do(run: ImportRun, bank: Bank) -> list[ImportedQuestion]:
    """What the file changes now. Raises Refused: nothing_to_import, preview_stale."""
    planned = [
        (question_in(data["question"]), data["change"], data["number"])
        for data in run.lines.filter(verdict__in=TO_WRITE).order_by("row", "pk").values_list("data", flat=True)
        if "question" in data
    ]
    if not planned:
        raise Refused("nothing_to_import", gettext_lazy("There is nothing to import in this file."))
    kept = FORMATS[run.kind.partition(":")[2]]
    questions = []
    known = known_versions([question.code for question, _change, _number in planned])
    for question, change, number in planned:
        again = judged_again(question, bank, kept, known.get(question.code))
        if again.change == Verdict.UNCHANGED:
            continue
        if (again.change, again.number) != (change, number):
            raise stale()
        questions.append(again.question)
    return questions


def make_ready(run: ImportRun, *, by: User | None, now: datetime) -> tuple[int, int]:
    """Make the drafts ready that a confirmed file left behind, with one event: how many became ready, how many stay.

    What has errors stays a draft. Raises Refused: not_confirmed.
    """
    if run.state != ImportState.APPLIED:
        raise Refused("not_confirmed", gettext_lazy("The file has not been imported yet."))
    codes = list(run.lines.filter(verdict__in=TO_WRITE).values_list("target", flat=True))
    drafts = [
        version
        for some in batches(codes)
        for version in QuestionVersion.objects.filter(question__code__in=some, state=VersionState.DRAFT).with_content()
    ]
    with transaction.atomic():
        clean = [version for version in drafts if not errors_of(version, now)]
        freeze_all(clean)
        if clean:
            Event.record(
                "question.make_ready", object_kind="import_run", object_id=run.pk, actor=_actor(by), now=now,
                data={"scope": run.scope, "ready": len(clean), "left": len(drafts) - len(clean)},
            )  # fmt: skip
    return len(clean), len(drafts) - len(clean)


def errors_of(version: QuestionVersion, now: datetime) -> list[str]:
    """What keeps a draft from becoming ready, as codes."""
    return [finding.code for finding in lint(version.content(), local_day(now)) if finding.is_error]


def _actor(by: User | None) -> str:
    return str(by.public_id) if by else SYSTEM


def _forget_dry_runs(scope: str, actor: str) -> None:
    """Earlier dry runs of the same person lapse, and the keys that they hold go."""
    old = ImportRun.objects.filter(kind__startswith=f"{KIND}:", scope=scope, actor=actor, state=ImportState.DRY)
    ImportLine.objects.filter(run__in=old).delete()
    old.update(state=ImportState.LAPSED)


def _one_import_at_a_time() -> None:
    """Hold the first course's row until the end of the transaction: two files may bring the same new code."""
    first = Course.objects.order_by("pk").values("pk")[:1]
    Course.objects.filter(pk__in=list(first.values_list("pk", flat=True))).update(code=F("code"))


def _claimed(run: ImportRun, now: datetime) -> bool:
    try:
        with transaction.atomic():
            claimed = run.mark_applied(now)
    except IntegrityError as error:
        raise Refused("already_imported", gettext_lazy("This file has been loaded here before.")) from error
    if not claimed and run.state != ImportState.APPLIED:
        raise Refused("import_is_over", gettext_lazy("This check is over. Check the file again."))
    return claimed
