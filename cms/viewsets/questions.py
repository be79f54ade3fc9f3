"""The addresses of the question bank in the CMS. Keys and feedback are shown here, and nowhere else in the CMS."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSet

from cms.viewsets import questions_categories as categories
from cms.viewsets import questions_editing as editing
from cms.viewsets import questions_reading as reading


class QuestionViewSet(ViewSet):
    """List, editor, drawers: function views behind doors."""

    icon = "help"
    menu_label = _("Questions")
    menu_order = 130
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("", reading.index, name="index"),
            path("duplicates/", reading.duplicates, name="duplicates"),
            path("inspect/<int:pk>/", reading.inspect, name="inspect"),
            path("preview/<int:pk>/", reading.preview, name="preview"),
            path("new/", editing.add, name="add"),
            path("edit/<int:pk>/", editing.edit, name="edit"),
            path("ready/<int:pk>/", editing.make_ready, name="ready"),
            path("new-version/<int:pk>/", editing.make_new_version, name="new_version"),
            path("retire/<int:pk>/", editing.retire, name="retire"),
            path("delete/<int:pk>/", editing.delete, name="delete"),
            path("categories/", categories.index, name="categories"),
            path("categories/new/", categories.add, name="category_add"),
            path("categories/<int:category_id>/", categories.edit, name="category"),
        ]
