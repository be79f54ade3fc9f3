"""The drawers of the question bank (learning.md §3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models.catalogue import Course
from lms.audit.models import Event
from lms.people.models import User
from lms.refusal import Refused
from lms.vietnamese.fields import CleanCharField, FoldedField
from lms.vietnamese.text import clean, fold

DEEPEST = 5
"""So many levels of categories and no more (learning.md §3)."""


def under_q(categories: Collection[int] | models.QuerySet[Any, Any], path: str = "") -> Q:
    """In one of the categories (primary keys) or below it; `path` leads there ("question__category"), "" is the row."""
    hops = [path or "pk"]
    while len(hops) < DEEPEST:
        hops.append("__".join(part for part in (path, *["parent"] * len(hops)) if part))
    reach = Q()
    for hop in hops:
        reach |= Q(**{f"{hop}__in": categories})
    return reach


class CategoryQuerySet(models.QuerySet["Category"]):
    def visible_to(self, user: User, on: date) -> CategoryQuerySet:
        """Drawers of the courses that `user` teaches on `on`, and the shared ones; an administrator sees all."""
        if user.holds("administrator", on=on):
            return self.all()
        if not user.holds("trainer", on=on):
            return self.none()
        return self.filter(Q(course__in=Course.objects.taught_by(user, on)) | Q(course__isnull=True))

    def written_by(self, user: User, on: date) -> CategoryQuerySet:
        """Drawers that `user` may fill on `on`: those of the courses taught. What all courses share, an administrator
        keeps."""
        if user.holds("administrator", on=on):
            return self.all()
        return self.visible_to(user, on).filter(course__isnull=False)

    def with_path(self) -> CategoryQuerySet:
        """With everything that `path` reads."""
        return self.select_related("course", "__".join(["parent"] * (DEEPEST - 1)))

    def below(self, category: Category) -> CategoryQuerySet:
        """The category and everything under it."""
        return self.filter(under_q([category.pk]))


class Category(models.Model):
    """A drawer of the bank, at most five levels deep; of one course, or shared (`course` empty)."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    course = models.ForeignKey(Course, models.PROTECT, null=True, blank=True, related_name="categories")
    name = CleanCharField(_("name"), max_length=200)
    name_folded = FoldedField(source="name")

    objects = CategoryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name_folded"],
                condition=Q(parent__isnull=False),
                name="category_name_once_in_its_parent",
                violation_error_message=_("There is already a category with this name."),
            ),
            models.UniqueConstraint(
                fields=["course", "name_folded"],
                condition=Q(parent__isnull=True, course__isnull=False),
                name="category_name_once_in_its_course",
                violation_error_message=_("There is already a category with this name."),
            ),
            models.UniqueConstraint(
                fields=["name_folded"],
                condition=Q(parent__isnull=True, course__isnull=True),
                name="category_name_once_among_the_shared",
                violation_error_message=_("There is already a category with this name."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="category_is_not_its_own_parent",
                violation_error_message=_("A category cannot stand under itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def below(self) -> CategoryQuerySet:
        """This category and everything under it."""
        return Category.objects.below(self)

    @property
    def path(self) -> tuple[str, ...]:
        """The names from the top down; see `with_path`."""
        return (*self.parent.path, self.name) if self.parent else (self.name,)

    @classmethod
    def open(cls, name: str, *, parent: Category | None, course: Course | None, by: User, now: datetime) -> Category:
        """A new drawer. Raises Refused: category_too_deep, category_of_another_course, category_exists (all 422)."""
        category = cls(name=clean(name), parent=parent, course=course)
        with transaction.atomic():
            category._require_place()
            category.save()
            category._tell(by, now)
        return category

    def change(self, name: str, *, parent: Category | None, by: User, now: datetime) -> bool:
        """Another name, or another place with everything that lies below. False if nothing changed.

        Raises Refused: category_cycle, category_too_deep, category_of_another_course, category_exists (all 422).
        """
        name = clean(name)
        if (name, parent.pk if parent else None) == (self.name, self.parent_id):
            return False
        with transaction.atomic():
            # Writing the top of the tree first makes movers of one course wait for each other, on both engines.
            Category.objects.filter(course=self.course_id, parent=None).update(course=self.course_id)
            if parent is not None and self.below().filter(pk=parent.pk).exists():
                message = _("A category cannot be moved under itself or under what lies in it.")
                raise Refused("category_cycle", message, status=422)
            self.name, self.parent = name, parent
            self._require_place()
            self.save()
            self._tell(by, now)
        return True

    def _require_place(self) -> None:
        """It fits where it stands now, with what lies below it."""
        if self.parent is not None and self.parent.course_id != self.course_id:
            message = _("A category and what it lies in belong to the same course.")
            raise Refused("category_of_another_course", message, status=422)
        if len(self.path) + self._height() > DEEPEST:
            raise Refused("category_too_deep", _("Categories stand at most five levels deep."), status=422)
        twins = Category.objects.filter(parent=self.parent, course=self.course_id, name_folded=fold(self.name))
        if twins.exclude(pk=self.pk).exists():
            raise Refused("category_exists", _("There is already a category with this name."), status=422)

    def _height(self) -> int:
        """How many levels lie below."""
        if self.pk is None:
            return 0
        hops = ("parent__" * level + "pk" for level in range(DEEPEST - 1, 0, -1))
        deep = (len(hop.split("__")) - 1 for hop in hops if Category.objects.filter(**{hop: self.pk}).exists())
        return next(deep, 0)

    def _tell(self, by: User, now: datetime) -> None:
        who = str(by.public_id)
        Event.record(
            "question.create_or_edit_draft", object_kind="category", object_id=str(self.pk), actor=who, now=now
        )

    @classmethod
    def at(cls, path: Sequence[str], course: Course | None) -> Category:
        """The drawer at the end of a path of names, made where it is missing; without a course a shared one.

        Raises Refused "category_too_deep" (422) beyond five levels, "category_missing" (422) for an empty path.
        """
        if not path:
            raise Refused("category_missing", _("The question has no category."), status=422)
        if len(path) > DEEPEST:
            raise Refused("category_too_deep", _("Categories stand at most five levels deep."), status=422)
        parent: Category | None = None
        for name in path[:-1]:
            parent = cls._in(parent, course, name)
        return cls._in(parent, course, path[-1])

    @classmethod
    def _in(cls, parent: Category | None, course: Course | None, name: str) -> Category:
        key = {"parent": parent, "course": course, "name_folded": fold(name)}
        return cls.objects.get_or_create(**key, defaults={"name": name})[0]
