"""Rows that the database itself keeps from being changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from lms.audit.triggers import refuse_changes


class Migration(migrations.Migration):
    dependencies: ClassVar = [("courses", "0001_initial")]

    operations: ClassVar = [
        refuse_changes("courses_attendanceevent"),
        refuse_changes("courses_questionversion", when="OLD.state = 'ready'"),
        refuse_changes("courses_option", when="OLD.is_frozen"),
        refuse_changes("courses_answerkey", when="OLD.is_frozen"),
    ]
