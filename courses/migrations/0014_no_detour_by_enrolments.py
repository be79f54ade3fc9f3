"""Figures no longer look up the enrolment of each completion, so the index made for that only cost writes."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("courses", "0013_attendance")]

    operations: ClassVar = [migrations.RemoveIndex(model_name="enrolment", name="enrolment_for_coverage")]
