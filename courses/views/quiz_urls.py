"""Addresses of quizzes and attempts."""

from __future__ import annotations

from django.urls import path

from courses.views import quiz, results

urlpatterns = [
    path("quiz/<uuid:enrolment_id>/<int:run_quiz_id>/", quiz.quiz, name="quiz"),
    path("attempts/<uuid:attempt_id>/", quiz.attempt, name="attempt"),
    path("attempts/<uuid:attempt_id>/answers/", quiz.answers, name="attempt_answers"),
    path("attempts/<uuid:attempt_id>/take-over/", quiz.take_over, name="attempt_take_over"),
    path("attempts/<uuid:attempt_id>/clock/", quiz.clock, name="attempt_clock"),
    path("attempts/<uuid:attempt_id>/submit/", quiz.submit, name="attempt_submit"),
    path("attempts/<uuid:attempt_id>/receipt/", results.receipt, name="attempt_receipt"),
    path("attempts/<uuid:attempt_id>/result/", results.result, name="attempt_result"),
    path("attempts/<uuid:attempt_id>/review/", results.review, name="attempt_review"),
]
