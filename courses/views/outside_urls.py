"""Addresses of outside training, waivers and texts for Zalo, included by courses.urls."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from courses.views import outside, texts, waivers

urlpatterns: list[URLPattern | URLResolver] = [
    path("runs/<uuid:public_id>/zalo/", texts.run_zalo, name="run_zalo"),
    path("outside-training/", outside.outside_list, name="outside_list"),
    path("outside-training/<int:pk>/", outside.outside, name="outside"),
    path("outside-training/<int:pk>/evidence/", outside.evidence, name="outside_evidence"),
    path("outside-training/<int:pk>/decide/", outside.decide, name="decide_on_outside"),
    path("outside-training/<int:pk>/withdraw/", outside.withdraw, name="withdraw_outside"),
    path("outside-training/<int:pk>/take-back/", outside.take_back, name="take_back_outside"),
    path("people/<uuid:public_id>/outside-training/", outside.submit, name="submit_outside"),
    path("people/<uuid:public_id>/waivers/", waivers.of_person, name="person_waivers"),
    path("people/<uuid:public_id>/waivers/grant/", waivers.grant, name="grant_waiver"),
    path("waivers/", waivers.waivers, name="waivers"),
    path("waivers/<int:pk>/void/", waivers.void, name="void_waiver"),
]
