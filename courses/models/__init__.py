"""Courses, runs, enrolments, quizzes, attendance, completion: public names in order of dependency."""

from courses.models import keys as keys  # registers the table of answer keys; nothing of it is re-exported
from courses.models.answer_files import AnswerFile
from courses.models.answers import Answer, AnswerFlag, LateAnswer, Slot, Typed
from courses.models.attempts import Attempt, AttemptState, ClosedBy
from courses.models.attendance import (
    Attendance,
    AttendanceEvent,
    EventKind,
    Presence,
    ScanResult,
    Sighting,
    Source,
)
from courses.models.bank import (
    Option,
    Question,
    QuestionPicture,
    QuestionTag,
    QuestionType,
    QuestionVersion,
    Side,
    StemFormat,
    VersionState,
)
from courses.models.catalogue import (
    Course,
    CourseGroup,
    CourseTrainer,
    Lesson,
    Mode,
    Prerequisite,
)
from courses.models.categories import Category
from courses.models.citations import Citation
from courses.models.completion import Completion
from courses.models.decisions import accept_late_answers, ask_to_override
from courses.models.enrolments import Enrolment
from courses.models.extending import Granted
from courses.models.marking import Appeal, Ground, Mark
from courses.models.nominations import Reply, ReplyState, Round
from courses.models.outside import Claim, OutsideState, OutsideTraining, Waiver
from courses.models.overrides import Override
from courses.models.pictures import Picture
from courses.models.prerequisites import PrerequisiteWaiver, require_first
from courses.models.progress import Progress
from courses.models.quizzes import POINT, Counting, Quiz, QuizKind, QuizQuestion, QuizSection, QuizState
from courses.models.regrading import Policy, RegradeKind, RegradeLine, RegradePlan, RegradeRun
from courses.models.run_quizzes import RunQuiz
from courses.models.runs import Entry, Place, Quota, Run, RunState, RunTrainer
from courses.models.scanning import Pulse, ScanDevice, WalkIn, WalkInState
from courses.models.sessions import Session, SessionKind, SessionPlace, WalkIns
from courses.models.states import ACTIVE, SEATED, EnrolmentState, Origin, Seat
from courses.models.ties import CourseTask, RequiredCourse

__all__ = [
    "ACTIVE", "POINT", "SEATED", "Answer", "AnswerFile", "AnswerFlag", "Appeal", "Attempt", "AttemptState",
    "Attendance", "AttendanceEvent", "Category", "Citation", "Claim", "ClosedBy", "Completion", "Counting", "Course",
    "CourseGroup", "CourseTask", "CourseTrainer", "Enrolment", "EnrolmentState", "Entry", "EventKind",
    "Granted", "Ground", "LateAnswer", "Lesson", "Mark", "Mode", "Option", "Origin", "OutsideState",
    "OutsideTraining", "Override", "Picture", "Place", "Policy", "Prerequisite", "PrerequisiteWaiver",
    "Presence", "Progress", "Pulse",
    "Question", "QuestionPicture", "QuestionTag", "QuestionType", "QuestionVersion", "Quiz", "QuizKind", "QuizQuestion",
    "QuizSection", "QuizState", "Quota", "RegradeKind", "RegradeLine", "RegradePlan", "RegradeRun", "Reply",
    "ReplyState", "RequiredCourse", "Round", "Run", "RunQuiz", "RunState", "RunTrainer", "ScanDevice",
    "ScanResult", "Seat", "Session", "SessionKind", "SessionPlace", "Side", "Sighting", "Slot", "Source",
    "StemFormat", "Typed", "VersionState", "Waiver", "WalkIn", "WalkInState", "WalkIns", "accept_late_answers",
    "ask_to_override", "require_first",
]  # fmt: skip
