"""Forms of requirements and of the ties of a course to the plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from lms.people.forms import DayInput
from lms.people.models import Group, UnitGroup
from lms.plan.models import Enough, PeriodKind, PlanTask, Requirement, Terms
from lms.plan.models.requirements import MOST_NEEDED


class CoursesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Courses by code and title, to be ticked."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, course: Course) -> str:
        """The code tells editions of one title apart."""
        return f"{course.code} · {course.title}"


class TasksField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Tasks of the plan by code and content, to be ticked."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, task: PlanTask) -> str:
        """The content word for word."""
        return f"{task.code}. {task.title}"


class RequirementForm(forms.Form):
    """What is required, of whom, from when to when."""

    group = forms.ChoiceField(label=_("Group"), choices=Group.choices)
    unit_group = forms.ModelChoiceField(
        UnitGroup.objects.in_order(), label=_("Of which agencies"), required=False, empty_label=_("Every agency")
    )
    period_kind = forms.ChoiceField(label=_("In each"), choices=PeriodKind.choices)
    enough = forms.ChoiceField(label=_("What is enough"), choices=Enough.choices)
    needed = forms.IntegerField(
        label=_("How many"), min_value=1, max_value=MOST_NEEDED, initial=1,
        help_text=_("Certificates or study periods. Of named courses, each is needed."),
    )  # fmt: skip
    courses = CoursesField(Course.objects.in_order(), label=_("Named courses"), required=False)
    outside_counts = forms.BooleanField(label=_("Accepted training of other providers counts too"), required=False)
    starts_on = forms.DateField(label=_("Required from"), widget=DayInput())
    ends_on = forms.DateField(
        label=_("Until"), required=False, widget=DayInput(),
        help_text=_("This day does not count any more. Empty: until further notice."),
    )  # fmt: skip
    legal_basis = forms.CharField(
        label=_("Legal basis"), required=False, max_length=Requirement._meta.get_field("legal_basis").max_length
    )

    def terms(self) -> Terms:
        """What was asked for; of a valid form."""
        return Terms(**{name: value for name, value in self.cleaned_data.items() if name != "courses"})

    @staticmethod
    def values_of(requirement: Requirement) -> dict[str, Any]:
        """What the requirement says now, for the form that changes it."""
        columns = ("group", "unit_group", "period_kind", "enough", "needed", "outside_counts", "ends_on", "legal_basis")
        named = [tie.course_id for tie in requirement.courses.known()]
        return {column: getattr(requirement, column) for column in columns} | {"courses": named}


class EndRequirementForm(forms.Form):
    """From which day it is not required any more."""

    ends_on = forms.DateField(
        label=_("No longer required from"), widget=DayInput(), help_text=_("This day does not count any more.")
    )


class ServedForm(forms.Form):
    """Which tasks a course serves, and for which groups it is."""

    tasks = TasksField(PlanTask.objects.in_order(), label=_("Tasks of the plan that the course serves"), required=False)
    groups = forms.MultipleChoiceField(
        label=_("Groups the course is for"), choices=Group.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
