"""Model fields that clean what they store, and columns that follow another one.

The derived columns are filled in `pre_save`: on `save` and `bulk_create`, not on `update` and `bulk_update`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import models

from lms.vietnamese.text import clean, clean_name, fold, fold_i, person_sort_key, sort_key

if TYPE_CHECKING:
    CharField = models.CharField[Any, Any]
else:
    CharField = models.CharField


class CleanCharField(CharField):
    """One line of text, cleaned on the way to the database."""

    cleaner: Callable[[str], str] = staticmethod(clean)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return self.cleaner(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 — Django's signature
        value = getattr(model_instance, self.attname)
        if isinstance(value, str):
            value = self.cleaner(value)
            setattr(model_instance, self.attname, value)
        return value


class NameField(CleanCharField):
    """The name of a person, agency or place."""

    cleaner = staticmethod(clean_name)


class _DerivedField(CharField):
    """A column computed from `source` (the first of the named fields that is not empty)."""

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("max_length", 1000)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        kwargs.setdefault("db_collation", None)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["source"] = self.source
        return name, path, args, kwargs

    def derive(self, text: str) -> str:
        raise TypeError(f"{type(self).__name__} says how a text becomes its column")

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001 — Django's signature
        sources = (str(getattr(model_instance, name) or "") for name in self.source.split(","))
        value = self.derive(next((text for text in sources if text), ""))[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value


class FoldedField(_DerivedField):
    """`fold` of the source: what search asks with LIKE."""

    def derive(self, text: str) -> str:
        return fold(clean(text))


class FoldedIField(_DerivedField):
    """`fold_i` of the source: Quý finds Quí."""

    def derive(self, text: str) -> str:
        return fold_i(clean(text))


class SortKeyField(_DerivedField):
    """`sort_key` of the source: order by it and the list stands in Vietnamese order."""

    def derive(self, text: str) -> str:
        return sort_key(clean(text))


class PersonSortKeyField(_DerivedField):
    """`person_sort_key` of the source: by given name."""

    def derive(self, text: str) -> str:
        return person_sort_key(clean_name(text))
