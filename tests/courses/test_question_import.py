"""A question file is checked, confirmed once, and changes nothing the second time (learning.md §4)."""

from __future__ import annotations

import pytest

from courses.banks import Bank
from courses.exporting import contents
from courses.formats.files import FORMATS
from courses.importing import check, confirm, make_ready
from courses.loading import load_questions
from courses.models import Question, QuestionVersion, VersionState
from lms.audit.models import Event
from lms.jobs.models import ImportRun, ImportState, Verdict
from lms.refusal import Refused
from tests.make import courses as make
from tests.make import quizzes

pytestmark = pytest.mark.django_db
NOW = make.at(9)
GIFT = FORMATS["gift"]
TWO = "// [id:A-1]\n::Một::Câu một?{=Đúng ~Sai}\n\n// [id:A-2]\n::Hai::Câu hai?{T}\n"


@pytest.fixture
def bank():
    return Bank(make.course())


def checked(text, bank, *, kept=GIFT, by=None):
    content = text if isinstance(text, bytes) else text.encode()
    return check(content, kept=kept, bank=bank, by=by, now=NOW)


def imported(text, bank, *, kept=GIFT, **options):
    run = checked(text, bank, kept=kept)
    assert confirm(run, bank=bank, by=None, now=NOW, **options)
    return run


def verdicts(run):
    return {line.row: line.verdict for line in run.lines.order_by("row")}


def test_a_check_changes_nothing_and_says_what_would_change(bank):
    run = checked(TWO + "\nCâu ba {=a\n", bank)
    assert verdicts(run) == {2: "new", 5: "new", 7: "refused"}
    assert run.lines.get(row=7).code == "unclosed_brace"
    assert not Question.objects.exists()
    assert not Event.objects.filter(action="question.import_confirm").exists()


def test_what_is_confirmed_stands_as_drafts_with_one_event(bank):
    run = imported(TWO, bank)
    assert run.state == ImportState.APPLIED
    assert set(QuestionVersion.objects.values_list("state", flat=True)) == {VersionState.DRAFT}
    assert Event.objects.filter(action="question.import_confirm", object_id=bank.scope).count() == 1
    assert not any(line.data for line in run.lines.all()), "the keys stand in the bank alone"


def test_the_same_file_again_gives_the_first_report_and_changes_nothing(bank):
    first = imported(TWO, bank)
    before = list(QuestionVersion.objects.values())
    again = checked(TWO, bank)
    assert again == first
    assert not confirm(again, bank=bank, by=None, now=make.at(10))
    assert list(QuestionVersion.objects.values()) == before


def test_the_same_questions_in_another_file_are_unchanged(bank):
    imported(TWO, bank)
    assert verdicts(checked("\n\n" + TWO, bank)) == {4: "unchanged", 7: "unchanged"}


def test_other_words_under_a_known_code_are_a_new_version_whose_options_keep_their_uids(bank):
    imported(TWO, bank)
    make_ready(ImportRun.objects.get(), by=None, now=NOW)
    before = {str(uid) for uid in Question.objects.get(code="A-1").versions.get().options.values_list("uid", flat=True)}
    run = imported(TWO.replace("Câu một?", "Câu một đã sửa?"), bank)
    assert run.counts == {"new_version": 1, "unchanged": 1}
    newest = Question.objects.get(code="A-1").versions.get(number=2)
    assert {str(uid) for uid in newest.options.values_list("uid", flat=True)} == before


def test_one_refused_question_keeps_the_file_out_unless_told_otherwise(bank):
    run = checked(TWO + "\nCâu ba {=a\n", bank)
    with pytest.raises(Refused) as error:
        confirm(run, bank=bank, by=None, now=NOW)
    assert error.value.code == "rows_refused"
    assert not Question.objects.exists()
    assert confirm(run, bank=bank, by=None, now=NOW, only_sound=True)
    assert Question.objects.count() == 2


def test_a_file_of_nothing_but_refused_questions_is_not_imported(bank):
    run = checked("Câu {=a\n", bank)
    with pytest.raises(Refused, match="nothing_to_import"):
        confirm(run, bank=bank, by=None, now=NOW, only_sound=True)
    assert ImportRun.objects.get().state == ImportState.DRY


def test_a_bank_that_moved_since_the_check_makes_it_stale(bank):
    run = checked(TWO, bank)
    load_questions([quizzes.imported(code="A-1", path=("Ngăn",))], course=bank.course, by=None, now=NOW)
    with pytest.raises(Refused, match="preview_stale"):
        confirm(run, bank=bank, by=None, now=NOW)
    assert ImportRun.objects.get(pk=run.pk).state == ImportState.DRY


def test_what_somebody_else_imported_meanwhile_is_left_as_it_is(bank):
    run, other = checked(TWO, bank), checked(TWO + "\n", bank, by=make.account(None, "trainer"))
    assert confirm(other, bank=bank, by=None, now=NOW)
    assert confirm(run, bank=bank, by=None, now=NOW)
    assert QuestionVersion.objects.count() == 2


def test_the_same_file_is_applied_once_whoever_checked_it(bank):
    run, other = checked(TWO, bank), checked(TWO, bank, by=make.account(None, "trainer"))
    assert confirm(other, bank=bank, by=None, now=NOW)
    with pytest.raises(Refused, match="already_imported"):
        confirm(run, bank=bank, by=None, now=NOW)


def test_a_check_lapses_when_another_file_is_checked(bank):
    old = checked(TWO, bank)
    checked(TWO + "\n", bank)
    assert not old.lines.exists(), "the keys of a check that is over go"
    with pytest.raises(Refused, match="import_is_over"):
        confirm(ImportRun.objects.get(pk=old.pk), bank=bank, by=None, now=NOW)


def test_a_code_of_another_bank_is_refused_but_a_mere_name_is_not(bank):
    imported(TWO + "\n::Ba::Câu ba?{F}\n", bank)
    other = Bank(make.course())
    run = checked(TWO + "\n::Ba::Câu ba?{F}\n", other)
    assert verdicts(run) == {2: "refused", 5: "refused", 7: "new"}
    assert {line.code for line in run.lines.filter(verdict="refused")} == {"code_taken"}
    confirm(run, bank=other, by=None, now=NOW, only_sound=True)
    assert verdicts(checked("::Ba::Câu ba?{F}", other)) == {1: "unchanged"}


def test_what_is_lost_is_said_in_the_verdict(bank):
    run = checked("Một {=a ~%-50%b}\n\nChỉ là lời dẫn.", bank)
    first, second = run.lines.order_by("row")
    assert (first.verdict, second.verdict, second.code) == (Verdict.CONVERTED, Verdict.CONVERTED, "asks_nothing")
    assert first.message
    assert confirm(run, bank=bank, by=None, now=NOW)
    assert Question.objects.count() == 1


def test_a_twin_is_told_from_another_question_under_the_same_code(bank):
    twice = "// [id:A]\nMột {T}\n\n// [id:A]\nMột {T}\n\n// [id:A]\nKhác {T}"
    assert verdicts(checked(twice, bank)) == {2: "new", 5: "duplicate_in_file", 8: "refused"}


def test_without_a_category_a_question_of_a_course_lies_under_its_code_and_a_shared_one_is_refused(bank):
    imported("Câu {T}", bank)
    assert Question.objects.get().category.path == (bank.course.code,)
    assert checked("Câu khác {T}", Bank(None)).lines.get().code == "category_missing"


def test_a_path_of_the_shared_drawers_is_a_bank_of_its_own():
    bank = Bank.named("/Pháp luật/Báo chí")
    imported("$CATEGORY: Luật\n\nCâu {T}", bank)
    assert Question.objects.get().category.path == ("Pháp luật", "Báo chí", "Luật")
    assert [question.category for question in contents(bank)] == [("Luật",)]
    assert [question.category for question in contents(Bank.named("/"))] == [("Pháp luật", "Báo chí", "Luật")]
    assert contents(Bank.named("/Pháp luật/Khác")) == []


def test_a_bank_that_nobody_knows_is_refused():
    with pytest.raises(Refused, match="bank_unknown"):
        Bank.named("KHONG-CO")


def test_clean_drafts_become_ready_together_and_the_others_stay(bank):
    run = imported(TWO, bank)
    assert make_ready(run, by=None, now=NOW) == (2, 0)
    assert Event.objects.filter(action="question.make_ready", object_kind="import_run").count() == 1
    assert make_ready(run, by=None, now=NOW) == (0, 0)
    with pytest.raises(Refused, match="not_confirmed"):
        make_ready(checked("Câu {T}", bank), by=None, now=NOW)


def test_a_file_that_is_silent_on_the_source_keeps_it(bank):
    question = quizzes.imported(code="A", source="Luật Báo chí", difficulty=5, settings={"unit": "km"})
    load_questions([question], course=bank.course, by=None, now=NOW)
    assert verdicts(checked(GIFT.write(contents(bank)), bank)) == {4: "unchanged"}


@pytest.mark.parametrize("kept", FORMATS.values(), ids=FORMATS)
def test_a_bank_written_and_read_again_is_unchanged(kept, bank):
    questions = [quizzes.imported(type_, tags=("bai-1",)) for type_ in quizzes.TYPES]
    load_questions(questions, course=bank.course, by=None, now=NOW)
    run = checked(kept.write(contents(bank)), bank, kept=kept)
    expected = 1 if kept.name == "aiken" else 8
    assert run.counts == {"unchanged": expected}, list(run.lines.values_list("verdict", "code", "message"))
