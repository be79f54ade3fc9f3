"""Addresses of lms.people."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lms.people.views import agencies, approvals, corrections, imports, reorganisations, roster, waiting

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
    path("new-agency/", corrections.create, name="agency_create"),
    path("agencies/<str:code>/correct/", corrections.correct, name="agency_correct"),
    path("agencies/<str:code>/contact/", corrections.contact, name="agency_contact"),
    path("agencies/<str:code>/waiting/", waiting.move, name="waiting_move"),
    path("waiting/", waiting.waiting, name="waiting"),
    path("unit-groups/", corrections.unit_groups, name="unit_groups"),
    path("unit-groups/<slug:code>/", corrections.unit_group, name="unit_group"),
    path("reorganisations/", reorganisations.reorganisations, name="reorganisations"),
    path("reorganisations/template.csv", reorganisations.changes_template, name="changes_template"),
    path("reorganisations/<uuid:public_id>/", reorganisations.reorganisation, name="reorganisation"),
    path("reorganisations/<uuid:public_id>/facts/", reorganisations.facts, name="reorganisation_facts"),
    path("reorganisations/<uuid:public_id>/changes/", reorganisations.add_change, name="change_add"),
    path(
        "reorganisations/<uuid:public_id>/changes/<int:position>/remove/",
        reorganisations.remove_change,
        name="change_remove",
    ),
    path("reorganisations/<uuid:public_id>/import/", reorganisations.import_changes, name="changes_import"),
    path("reorganisations/<uuid:public_id>/withdraw/", reorganisations.withdraw, name="reorganisation_withdraw"),
    path("reorganisations/<uuid:public_id>/ask/", reorganisations.ask, name="reorganisation_ask"),
    path("reorganisations/<uuid:public_id>/undo/", reorganisations.undo, name="reorganisation_undo"),
    path("approvals/", approvals.requests, name="approvals"),
    path("approvals/<int:pk>/confirm/", approvals.confirm, name="approval_confirm"),
    path("approvals/<int:pk>/refuse/", approvals.refuse, name="approval_refuse"),
    path("approvals/<int:pk>/withdraw/", approvals.withdraw, name="approval_withdraw"),
]
