"""What the author sees above a lesson: how heavy it is, and what is missing before it can be published."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel

from cms.judging import problems
from cms.weighing import weigh


class WeightPanel(Panel):
    """Bytes, a bar, and the problems of the newest draft; nothing to fill in."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/panels/weight.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            """The weight of what was saved last; a new page weighs nothing yet."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            page = self.instance
            weight = weigh(page.body)
            found = problems(page, weight) if page.pk else []
            return {**context, "weight": weight, "problems": found, "share": min(weight.share_of_budget, 100)}
