"""Rows that the database itself keeps from being changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from lms.audit.triggers import refuse_changes


class Migration(migrations.Migration):
    dependencies: ClassVar = [("coverage", "0001_initial")]

    operations: ClassVar = [
        refuse_changes("coverage_closedrow"),
        refuse_changes("coverage_adjustment"),
    ]
