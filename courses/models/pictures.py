"""Pictures in questions (learning.md §3): encoded anew, kept once by what they hold, frozen with the version."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import models

from lms.uploads.pictures import Rendered

STORAGE = "private"
FOLDER = "question-pictures"


class Picture(models.Model):
    """A picture by the sum of its master: the same picture in ten questions is kept once."""

    sha256 = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    @classmethod
    def keep(cls, found: Iterable[Rendered], now: datetime) -> None:
        """Files first, rows after: a row always has its files. Twice is once."""
        wanted = {one.sha256: one for one in found}
        known = cls.known(wanted)
        new = [one for sha256, one in wanted.items() if sha256 not in known]
        for one in new:
            parts = {master_name(one.sha256, one.ending): one.master}
            parts |= {size_name(one.sha256, width): content for width, content in one.sizes.items()}
            for name, content in parts.items():
                if not storages[STORAGE].exists(name):
                    storages[STORAGE].save(name, ContentFile(content))
        rows = [
            Picture(sha256=one.sha256, ending=one.ending, width=one.width, height=one.height, created_at=now)
            for one in new
        ]  # fmt: skip
        Picture.objects.bulk_create(rows, ignore_conflicts=True)

    @classmethod
    def known(cls, sums: Collection[str]) -> set[str]:
        """Those of the sums that are kept."""
        return set(cls.objects.filter(sha256__in=list(sums)).values_list("sha256", flat=True))

    @classmethod
    def masters(cls, sums: Collection[str]) -> dict[str, bytes]:
        """The masters, for a file that goes out."""
        found = {}
        for row in cls.objects.filter(sha256__in=list(sums)):
            with storages[STORAGE].open(master_name(row.sha256, row.ending)) as file:
                found[row.sha256] = file.read()
        return found

    def height_at(self, width: int) -> int:
        """How high it is shown at this width; pages say so, and do not jump."""
        return max(1, self.height * min(width, self.width) // self.width)


def master_name(sha256: str, ending: str) -> str:
    """Where the master lies."""
    return f"{FOLDER}/{sha256[:2]}/{sha256}.{ending}"


def size_name(sha256: str, width: int) -> str:
    """Where a served size lies."""
    return f"{FOLDER}/{sha256[:2]}/{sha256}-{width}.webp"
