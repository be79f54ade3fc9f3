"""Addresses of lms.coverage."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lms.coverage.views import agency, closed, confirm, export, home, overview, person, remind

app_name = "coverage"
urlpatterns: list[URLPattern | URLResolver] = [
    path("agency/", home.home, name="agency"),
    path("agency/<str:code>/confirm/", confirm.confirm, name="confirm"),
    path("coverage/", overview.overview, name="overview"),
    path("coverage/agencies/<str:code>/", agency.agency_figures, name="agency_figures"),
    path("coverage/agencies/<str:code>/people/", agency.agency_people, name="agency_people"),
    path("coverage/close/", closed.close, name="close"),
    path("coverage/closed/", closed.reports, name="closed_reports"),
    path("coverage/closed/<int:pk>/", closed.report, name="closed_report"),
    path("coverage/closed/<int:pk>/people/", closed.people, name="closed_people"),
    path("coverage/closed/<int:pk>/reopen/", closed.reopen, name="reopen"),
    path("coverage/confirmations/", confirm.confirmations, name="confirmations"),
    path("coverage/remind/", remind.remind, name="remind"),
    path("coverage/remind/send/", remind.send_mails, name="remind_send"),
    path("coverage/remind/letter/", remind.download_letter, name="remind_letter"),
    path("coverage/people/", agency.all_people, name="all_people"),
    path("coverage/people/<uuid:public_id>/", person.person, name="person"),
    path("coverage/people/<uuid:public_id>/why/", person.why, name="why"),
    path("coverage/closed/<int:pk>/export/", export.export_closed, name="export_closed"),
    path("coverage/export/", export.export, name="export"),
    path("coverage/export/people/", export.export_people, name="export_people"),
    path("coverage/export/progress/", export.export_progress, name="export_progress"),
]
