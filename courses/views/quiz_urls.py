"""Addresses of quizzes and attempts."""

from __future__ import annotations

from django.urls import path

from courses.views import marking, question_files, quiz, regrading, results, tests_of_run

urlpatterns = [
    path("learn/<uuid:enrolment_id>/practice/<str:code>/", quiz.practice, name="practice"),
    path("attempts/<uuid:attempt_id>/answers/", quiz.answers, name="attempt_answers"),
    path("attempts/<uuid:attempt_id>/", quiz.attempt, name="attempt"),
    path("quiz/<uuid:enrolment_id>/<int:run_quiz_id>/", quiz.quiz, name="quiz"),
    path("attempts/<uuid:attempt_id>/take-over/", quiz.take_over, name="attempt_take_over"),
    path("attempts/<uuid:attempt_id>/clock/", quiz.clock, name="attempt_clock"),
    path("attempts/<uuid:attempt_id>/submit/", quiz.submit, name="attempt_submit"),
    path("attempts/<uuid:attempt_id>/receipt/", results.receipt, name="attempt_receipt"),
    path("attempts/<uuid:attempt_id>/result/", results.result, name="attempt_result"),
    path("attempts/<uuid:attempt_id>/review/", results.review, name="attempt_review"),
    path(
        "attempts/<uuid:attempt_id>/pictures/<int:picture>/<int:width>/",
        question_files.of_attempt,
        name="attempt_picture",
    ),
    path("attempts/<uuid:attempt_id>/files/<uuid:file>/", question_files.of_answer, name="answer_file"),
    path("questions/pictures/<int:picture>/<int:width>/", question_files.of_bank, name="question_picture"),
    path("attempts/<uuid:attempt_id>/appeal/", marking.appeal, name="attempt_appeal"),
    path("attempts/<uuid:attempt_id>/late/", regrading.accept_late, name="accept_late"),
    path("attempts/<uuid:attempt_id>/override/", regrading.override, name="attempt_override"),
    path("attempts/<uuid:attempt_id>/regrade/<int:position>/", regrading.regrade, name="regrade"),
    path("attempts/<uuid:attempt_id>/regrade/<int:position>/lower/", regrading.lower, name="regrade_lower"),
    path("marking/", marking.desk, name="marking"),
    path("marking/next/", marking.take_next, name="mark_next"),
    path("marking/<int:mark_id>/", marking.essay, name="mark_essay"),
    path("marking/<int:mark_id>/back/", marking.put_back, name="mark_put_back"),
    path("runs/<uuid:public_id>/results/", tests_of_run.results, name="run_results"),
    path("tests/<int:run_quiz_id>/exceptions/", tests_of_run.exceptions, name="exceptions"),
    path("tests/<int:run_quiz_id>/exceptions/<int:override_id>/end/", tests_of_run.end_exception, name="end_exception"),
    path("tests/<int:run_quiz_id>/release/", tests_of_run.release, name="release_results"),
    path("quizzes/<int:quiz_id>/analysis/", tests_of_run.analysis, name="analysis"),
    path("quizzes/<int:quiz_id>/analysis/<int:version_id>/", tests_of_run.analysis_of_version, name="analysis_of"),
]
