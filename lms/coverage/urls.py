"""Addresses of lms.coverage."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lms.coverage.views import agency, home, overview, person

app_name = "coverage"
urlpatterns: list[URLPattern | URLResolver] = [
    path("agency/", home.home, name="agency"),
    path("coverage/", overview.overview, name="overview"),
    path("coverage/agencies/<str:code>/", agency.agency_figures, name="agency_figures"),
    path("coverage/agencies/<str:code>/people/", agency.agency_people, name="agency_people"),
    path("coverage/people/", agency.all_people, name="all_people"),
    path("coverage/people/<uuid:public_id>/", person.person, name="person"),
    path("coverage/people/<uuid:public_id>/why/", person.why, name="why"),
]
