"""Addresses of lms.people."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lms.people.views import agencies, approvals, imports, roster

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("agencies/", agencies.agencies, name="agencies"),
    path("agencies/<str:code>/", agencies.agency, name="agency"),
    path("agencies/<str:code>/roster/", roster.roster, name="roster"),
    path("agencies/<str:code>/roster/add/", roster.add, name="roster_add"),
    path("agencies/<str:code>/roster/nobody/", roster.nobody, name="roster_nobody"),
    path("agencies/<str:code>/roster/<int:pk>/end/", roster.end, name="roster_end"),
    path("agencies/<str:code>/roster/<int:pk>/void/", roster.void, name="roster_void"),
    path("agencies/<str:code>/roster/import/", imports.upload, name="roster_import"),
    path("agencies/<str:code>/roster/import/<int:pk>/", imports.report, name="roster_import_run"),
    path("agencies/<str:code>/roster/import/<int:pk>/confirm/", imports.confirm_import, name="roster_import_confirm"),
    path("approvals/", approvals.requests, name="approvals"),
    path("approvals/<int:pk>/confirm/", approvals.confirm, name="approval_confirm"),
    path("approvals/<int:pk>/refuse/", approvals.refuse, name="approval_refuse"),
    path("approvals/<int:pk>/withdraw/", approvals.withdraw, name="approval_withdraw"),
]
