"""Addresses of courses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from courses.views import (
    arranging,
    catalogue,
    checkin,
    classroom,
    enrolling,
    learning,
    my,
    nominate,
    outside_urls,
    quiz_urls,
    requirements,
)

app_name = "courses"
urlpatterns: list[URLPattern | URLResolver] = [
    *quiz_urls.urlpatterns,  # first: what is tried first is found cheapest, and answers are saved most often
    path("my/", my.my, name="my"),
    path("runs/", catalogue.runs, name="runs"),
    path("runs/<uuid:public_id>/", catalogue.run, name="run"),
    path("runs/<uuid:public_id>/state/", catalogue.run_state, name="run_state"),
    path("runs/<uuid:public_id>/cancel/", catalogue.run_cancel, name="run_cancel"),
    path("runs/<uuid:public_id>/quotas/", arranging.quotas, name="quotas"),
    path("runs/<uuid:public_id>/decision/", arranging.decision, name="run_decision"),
    path("runs/<uuid:public_id>/waive/", arranging.waive_prerequisite, name="waive_prerequisite"),
    path("runs/<uuid:public_id>/enrol/", enrolling.enrol, name="enrol"),
    path("runs/<uuid:public_id>/rounds/new/", nominate.open_round, name="open_round"),
    path("rounds/<int:round_id>/", nominate.round_replies, name="round"),
    path("rounds/<int:round_id>/close/", nominate.close_round, name="close_round"),
    path("nominate/<int:round_id>/", nominate.nominate, name="nominate"),
    path("nominate/<int:round_id>/send/", nominate.send, name="send_reply"),
    path("nominate/<int:round_id>/dispatch/", nominate.attach_dispatch, name="attach_dispatch"),
    path("replies/<int:reply_id>/dispatch/", nominate.dispatch, name="dispatch"),
    path("replies/<int:reply_id>/decide/", nominate.decide_on_reply, name="decide_on_reply"),
    path("enrolments/<uuid:public_id>/", learning.enrolment, name="enrolment"),
    path("enrolments/<uuid:public_id>/void/", learning.void_completion, name="void_completion"),
    path("enrolments/<uuid:public_id>/decide/", enrolling.decide, name="decide"),
    path("enrolments/<uuid:public_id>/withdraw/", enrolling.withdraw, name="withdraw"),
    path("enrolments/<uuid:public_id>/replace/", enrolling.replace, name="replace"),
    path("enrolments/<uuid:public_id>/accept/", enrolling.accept, name="accept"),
    path("learn/<uuid:public_id>/", learning.course, name="course"),
    path("learn/<uuid:public_id>/lessons/<int:lesson_id>/done/", learning.lesson_done, name="lesson_done"),
    path("sessions/<int:session_id>/", classroom.session, name="session"),
    path("sessions/<int:session_id>/edit/", arranging.edit_session, name="edit_session"),
    path("sessions/<int:session_id>/cancel/", arranging.cancel_session, name="cancel_session"),
    path("sessions/<int:session_id>/mark/", classroom.mark, name="mark"),
    path("sessions/<int:session_id>/code/", classroom.code, name="code"),
    path("sessions/<int:session_id>/codes/", classroom.codes, name="codes"),
    path("sessions/<int:session_id>/code/change/", classroom.change_code, name="change_code"),
    path("plan/tasks/<int:task_id>/requirements/", requirements.requirements, name="requirements"),
    path("plan/tasks/<int:task_id>/requirements/add/", requirements.add, name="requirement_add"),
    path("plan/requirements/<int:requirement_id>/", requirements.change, name="requirement_change"),
    path("plan/requirements/<int:requirement_id>/end/", requirements.end, name="requirement_end"),
    path("plan/courses/", requirements.ties, name="ties"),
    path("plan/courses/<int:course_id>/", requirements.served, name="served"),
    path("d/", checkin.enter_code, name="enter_code"),
    path("d/in/", checkin.checkin, name="checkin"),
    re_path(r"^[dD]/(?P<room>[0-9A-Za-z]{5})/(?P<code>[0-9A-Za-z]{8})/?$", checkin.scan, name="scan"),
    *outside_urls.urlpatterns,
]
