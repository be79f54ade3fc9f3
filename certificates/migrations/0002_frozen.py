"""Rows that the database itself keeps from being changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from lms.audit.triggers import refuse_changes


class Migration(migrations.Migration):
    dependencies: ClassVar = [("certificates", "0001_initial")]

    operations: ClassVar = [
        refuse_changes(
            "certificates_certificate",
            except_columns=[
                "state", "ground", "reason", "decision_no", "decision_on", "state_on", "state_at",
                "blank_no", "delivered_on", "received_by",
            ],
        ),
        refuse_changes("certificates_certificate", ["UPDATE"], when="OLD.state <> 'valid' AND NEW.state <> OLD.state", name="final"),
        refuse_changes("certificates_amendment"),
        refuse_changes(
            "certificates_templateversion", when="OLD.state <> 'draft'", except_columns=["state"], name="published"
        ),
        refuse_changes("certificates_artefact"),
    ]
