"""Who may do what in courses: one predicate per action (trust.md §3). What one may not see is left out of querysets."""

from __future__ import annotations

from datetime import datetime

from courses.banks import Bank
from courses.models import (
    Attempt,
    Category,
    Course,
    Enrolment,
    OutsideTraining,
    Reply,
    Round,
    Run,
    RunQuiz,
    Session,
    Waiver,
)
from courses.models.reach import led_agencies
from lms.days import local_day
from lms.people.models import Person, User
from lms.people.permissions import rule


def is_coordinator(user: User, at: datetime) -> bool:
    """Of the department, at that moment."""
    return user.holds("coordinator", on=local_day(at))


def teaches(user: User, course_id: int, at: datetime) -> bool:
    """A trainer of the course, at that moment."""
    on = local_day(at)
    return user.holds("trainer", on=on) and Course.objects.taught_by(user, on).filter(pk=course_id).exists()


def leads(user: User, agency_id: int | None, at: datetime) -> bool:
    """The focal person of the agency, or of one that succeeded it."""
    return agency_id in led_agencies(user, local_day(at))


def is_own(user: User, enrolment: Enrolment) -> bool:
    """The account of the enrolled person."""
    return user.person_id is not None and user.person_id == enrolment.person_id


@rule("progress.mark_lesson_done")
def may_mark_lesson_done(user: User, enrolment: Enrolment, *, at: datetime) -> bool:
    """Oneself alone."""
    return is_own(user, enrolment)


@rule("enrolment.accept_offer")
def may_accept_offer(user: User, enrolment: Enrolment, *, at: datetime) -> bool:
    """Oneself alone."""
    return is_own(user, enrolment)


@rule("enrolment.withdraw_before_start")
def may_withdraw(user: User, enrolment: Enrolment, *, at: datetime) -> bool:
    """Oneself, the agency, the department."""
    return is_own(user, enrolment) or is_coordinator(user, at) or leads(user, enrolment.agency_id, at)


@rule("enrolment.replace_nominee")
def may_replace(user: User, enrolment: Enrolment, *, at: datetime) -> bool:
    """The agency, the department; never oneself, who may only withdraw."""
    return is_coordinator(user, at) or leads(user, enrolment.agency_id, at)


@rule("enrolment.waive_prerequisite")
def may_waive_prerequisite(user: User, run: Run, *, at: datetime) -> bool:
    """The department."""
    return is_coordinator(user, at)


@rule("enrolment.approve_or_reject")
def may_decide_on_enrolment(user: User, enrolment: Enrolment, *, at: datetime) -> bool:
    """The department."""
    return is_coordinator(user, at)


@rule("round.nominate_person")
def may_nominate(user: User, reply: Reply, *, at: datetime) -> bool:
    """The agency asked, and the department."""
    return is_coordinator(user, at) or leads(user, reply.agency_id, at)


@rule("round.send_reply")
def may_send_reply(user: User, reply: Reply, *, at: datetime) -> bool:
    """The agency asked, and the department."""
    return is_coordinator(user, at) or leads(user, reply.agency_id, at)


@rule("round.attach_dispatch")
def may_attach_dispatch(user: User, reply: Reply, *, at: datetime) -> bool:
    """The agency asked, and the department."""
    return may_send_reply(user, reply, at=at)


@rule("round.return_or_approve_reply")
def may_decide_on_reply(user: User, reply: Reply, *, at: datetime) -> bool:
    """The department."""
    return is_coordinator(user, at)


@rule("round.open_or_close")
def may_open_round(user: User, subject: Run | Round, *, at: datetime) -> bool:
    """The department."""
    return is_coordinator(user, at)


@rule("run.open_or_close_enrolment")
def may_open_run(user: User, run: Run, *, at: datetime) -> bool:
    """The department and the trainers of the course."""
    return is_coordinator(user, at) or teaches(user, run.course_id, at)


@rule("run.view_or_export_results")
def may_export_results(user: User, run: Run, *, at: datetime) -> bool:
    """The department and the trainers of the course."""
    return may_open_run(user, run, at=at)


@rule("run.cancel")
def may_cancel_run(user: User, run: Run, *, at: datetime) -> bool:
    """The department and the trainers of the course."""
    return may_open_run(user, run, at=at)


@rule("run.edit_dates_places_quotas")
def may_arrange_run(user: User, run: Run, *, at: datetime) -> bool:
    """The department and the trainers of the course."""
    return may_open_run(user, run, at=at)


@rule("run.record_decision_number")
def may_record_decision(user: User, run: Run, *, at: datetime) -> bool:
    """The department and the trainers of the course."""
    return may_open_run(user, run, at=at)


@rule("session.edit_or_cancel")
def may_edit_session(user: User, session: Session, *, at: datetime) -> bool:
    """The department and the trainers of the course."""
    return may_open_run(user, session.run, at=at)


@rule("attendance.show_live_code")
def may_show_code(user: User, session: Session, *, at: datetime) -> bool:
    """The trainers of the course: who stands in the room."""
    return teaches(user, session.run.course_id, at)


@rule("attendance.change_live_code")
def may_change_code(user: User, session: Session, *, at: datetime) -> bool:
    """The trainers of the course."""
    return teaches(user, session.run.course_id, at)


@rule("attendance.mark_for_person")
def may_mark(user: User, session: Session, *, at: datetime) -> bool:
    """The trainers of the course; never a focal person, whose figures it would move."""
    return teaches(user, session.run.course_id, at)


@rule("attendance.correct_before_lock")
def may_correct(user: User, session: Session, *, at: datetime) -> bool:
    """The trainers of the course."""
    return teaches(user, session.run.course_id, at)


@rule("completion.void_with_reason")
def may_void_completion(user: User, enrolment: Enrolment, *, at: datetime) -> bool:
    """The department."""
    return is_coordinator(user, at)


@rule("outside_training.submit")
def may_submit_outside(user: User, person: Person, *, at: datetime) -> bool:
    """Oneself, the focal person of a roster on which the person stands or stood, the department."""
    if is_coordinator(user, at) or user.person_id == person.pk:
        return True
    on = local_day(at)
    return user.holds("focal", on=on) and Person.objects.visible_to(user, on).filter(pk=person.pk).exists()


@rule("outside_training.withdraw")
def may_withdraw_outside(user: User, outside: OutsideTraining, *, at: datetime) -> bool:
    """Oneself, the agency, the department."""
    is_own = user.person_id is not None and user.person_id == outside.person_id
    return is_own or is_coordinator(user, at) or leads(user, outside.agency_id, at)


@rule("outside_training.decide")
def may_decide_on_outside(user: User, outside: OutsideTraining, *, at: datetime) -> bool:
    """The department; the verb refuses what one submitted oneself."""
    return is_coordinator(user, at)


@rule("outside_training.take_back")
def may_take_back_outside(user: User, outside: OutsideTraining, *, at: datetime) -> bool:
    """The department."""
    return is_coordinator(user, at)


@rule("waiver.grant")
def may_excuse(user: User, person: Person, *, at: datetime) -> bool:
    """The department."""
    return is_coordinator(user, at)


@rule("waiver.void")
def may_void_waiver(user: User, waiver: Waiver, *, at: datetime) -> bool:
    """The department."""
    return is_coordinator(user, at)


def writes_in(user: User, category: Category, at: datetime) -> bool:
    """A trainer of the course whose drawer it is; what all courses share, an administrator keeps."""
    return Category.objects.written_by(user, local_day(at)).filter(pk=category.pk).exists()


@rule("question.create_or_edit_draft")
def may_edit_question(user: User, category: Category, *, at: datetime) -> bool:
    """Whoever writes in the drawer."""
    return writes_in(user, category, at)


@rule("question.make_ready")
def may_make_ready(user: User, category: Category, *, at: datetime) -> bool:
    """Whoever writes in the drawer."""
    return writes_in(user, category, at)


@rule("question.make_new_version")
def may_make_new_version(user: User, category: Category, *, at: datetime) -> bool:
    """Whoever writes in the drawer."""
    return writes_in(user, category, at)


@rule("question.retire")
def may_retire(user: User, category: Category, *, at: datetime) -> bool:
    """Whoever writes in the drawer."""
    return writes_in(user, category, at)


@rule("course.set_task_served_and_groups")
def may_tie_course(user: User, *, at: datetime) -> bool:
    """The department, which answers for what counts, and the administrator who sets up."""
    return user.holds("coordinator", "administrator", on=local_day(at))


@rule("question.import_dry_run")
def may_check_questions(user: User, bank: Bank, *, at: datetime) -> bool:
    """The trainers of the course, and administrators; what all courses share, administrators alone."""
    if user.holds("administrator", on=local_day(at)):
        return True
    return bank.course is not None and teaches(user, bank.course.pk, at)


@rule("question.import_confirm")
def may_import_questions(user: User, bank: Bank, *, at: datetime) -> bool:
    """As for the check."""
    return may_check_questions(user, bank, at=at)


@rule("question.export_with_keys")
def may_export_questions(user: User, bank: Bank, *, at: datetime) -> bool:
    """The trainers of the course; of what all courses share, every trainer. Never an administrator."""
    if bank.course is None:
        return user.holds("trainer", on=local_day(at))
    return teaches(user, bank.course.pk, at)


def teaches_others_attempt(user: User, attempt: Attempt, at: datetime) -> bool:
    """A trainer of the course, about somebody else's attempt."""
    return not is_own(user, attempt.enrolment) and teaches(user, attempt.quiz.course_id, at)


@rule("attempt.mark_essay")
def may_mark_essay(user: User, attempt: Attempt, *, at: datetime) -> bool:
    """The trainers of the course, never one's own answer."""
    return teaches_others_attempt(user, attempt, at)


@rule("attempt.regrade_never_lower")
def may_regrade(user: User, attempt: Attempt, *, at: datetime) -> bool:
    """The trainers of the course."""
    return teaches_others_attempt(user, attempt, at)


@rule("attempt.regrade_lowering")
def may_ask_to_lower(user: User, attempt: Attempt, *, at: datetime) -> bool:
    """The trainers of the course ask; another person confirms."""
    return teaches_others_attempt(user, attempt, at)


@rule("attempt.accept_late_answers")
def may_accept_late(user: User, attempt: Attempt, *, at: datetime) -> bool:
    """The trainers of the course."""
    return teaches_others_attempt(user, attempt, at)


@rule("attempt.override_score_or_void_after_grading")
def may_ask_to_override(user: User, attempt: Attempt, *, at: datetime) -> bool:
    """The trainers of the course ask; another person confirms."""
    return teaches_others_attempt(user, attempt, at)


@rule("quiz.edit_before_first_attempt")
def may_edit_quiz(user: User, course: Course, *, at: datetime) -> bool:
    """The trainers of the course, and administrators."""
    return user.holds("administrator", on=local_day(at)) or teaches(user, course.pk, at)


@rule("quiz.release_results")
def may_release(user: User, run_quiz: RunQuiz, *, at: datetime) -> bool:
    """The trainers of the course."""
    return teaches(user, run_quiz.quiz.course_id, at)


@rule("quiz.grant_override_with_reason")
def may_grant_exception(user: User, run_quiz: RunQuiz, *, at: datetime) -> bool:
    """The trainers of the course."""
    return teaches(user, run_quiz.quiz.course_id, at)
