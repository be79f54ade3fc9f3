"""Addresses of lms.people."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lms.people.views import (
    agencies,
    approvals,
    corrections,
    entries,
    imports,
    people,
    reorganisations,
    roster,
    statements,
    waiting,
)

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
