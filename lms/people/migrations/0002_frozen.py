"""Rows that the database itself keeps from being changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from lms.audit.triggers import refuse_changes


class Migration(migrations.Migration):
    dependencies: ClassVar = [("people", "0001_initial")]

    operations: ClassVar = [
        refuse_changes("people_rosterentry", except_columns=["voided_at", "voided_by_id", "void_reason"]),
        refuse_changes("people_agency", ["DELETE"]),
    ]
