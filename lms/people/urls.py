"""Addresses of lms.people."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lms.people.views import agencies, approvals, entries, imports, people, roster, statements

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("agencies/", agencies.agencies, name="agencies"),
    path("agencies/<str:code>/", agencies.agency, name="agency"),
    path("agencies/<str:code>/roster/", roster.roster, name="roster"),
    path("agencies/<str:code>/roster/add/", roster.add, name="roster_add"),
    path("agencies/<str:code>/roster/nobody/", statements.nobody, name="roster_nobody"),
    path("agencies/<str:code>/roster/<int:pk>/end/", entries.end, name="roster_end"),
    path("agencies/<str:code>/roster/<int:pk>/void/", entries.void, name="roster_void"),
    path("agencies/<str:code>/roster/<int:pk>/correct/", entries.correct, name="roster_correct"),
    path("agencies/<str:code>/roster/<int:pk>/history/", entries.history, name="roster_history"),
    path("agencies/<str:code>/roster/confirm/", statements.confirm_list, name="roster_confirm"),
    path("agencies/<str:code>/roster/statements/<int:pk>/take-back/", statements.take_back, name="roster_take_back"),
    path("agencies/<str:code>/roster/copy/", roster.copy, name="roster_copy"),
    path("agencies/<str:code>/roster/export/<slug:kind>/", roster.export, name="roster_export"),
    path("agencies/<str:code>/roster/import/", imports.upload, name="roster_import"),
    path("agencies/<str:code>/roster/import/<int:pk>/", imports.report, name="roster_import_run"),
    path("agencies/<str:code>/roster/import/<int:pk>/confirm/", imports.confirm_import, name="roster_import_confirm"),
    path("agencies/<str:code>/roster/import/template/", imports.template, name="roster_template"),
    path("agencies/<str:code>/roster/import/<int:pk>/choose/", imports.choose_people, name="roster_import_choose"),
    path(
        "agencies/<str:code>/roster/import/<int:pk>/refused/<slug:kind>/",
        imports.refused_rows,
        name="roster_import_refused",
    ),
    path("people/<uuid:public_id>/", people.card, name="person"),
    path("people/<uuid:public_id>/correct/", people.correct, name="person_correct"),
    path("people/<uuid:public_id>/contacts/", people.contacts, name="person_contacts"),
    path("people/<uuid:public_id>/merge/", people.merge_into, name="person_merge"),
    path("approvals/", approvals.requests, name="approvals"),
    path("approvals/<int:pk>/confirm/", approvals.confirm, name="approval_confirm"),
    path("approvals/<int:pk>/refuse/", approvals.refuse, name="approval_refuse"),
    path("approvals/<int:pk>/withdraw/", approvals.withdraw, name="approval_withdraw"),
]
