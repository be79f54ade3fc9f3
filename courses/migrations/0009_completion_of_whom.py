"""A completion says itself whose it is and of which course: figures are counted from it without its enrolment."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps: Any, schema_editor: Any) -> None:
    """From the enrolment, which never changes its person or its course."""
    enrolment = apps.get_model("courses", "Enrolment").objects.filter(pk=OuterRef("enrolment"))
    apps.get_model("courses", "Completion").objects.update(
        person=Subquery(enrolment.values("person")[:1]), course=Subquery(enrolment.values("run__course")[:1])
    )
    if schema_editor.connection.vendor == "postgresql":  # else the column cannot be tightened in this transaction
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def key(to: str, **options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        to, django.db.models.deletion.PROTECT, related_name="completions", db_index=False, **options
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("courses", "0008_marking"), ("people", "0006_roster_by_person")]

    operations: ClassVar = [
        migrations.RemoveIndex(model_name="completion", name="completion_for_coverage"),
        migrations.AddField("completion", "person", key("people.person", null=True)),
        migrations.AddField("completion", "course", key("courses.course", null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("completion", "person", key("people.person")),
        migrations.AlterField("completion", "course", key("courses.course")),
        migrations.AddIndex(
            model_name="completion",
            index=models.Index(
                fields=["completed_on", "course", "agency", "person", "voided_at", "recorded_at", "id"],
                name="completion_for_coverage",
            ),
        ),
        migrations.AlterField(
            "completion",
            "agency",
            models.ForeignKey(
                "people.agency",
                django.db.models.deletion.PROTECT,
                null=True,
                blank=True,
                related_name="completions",
                db_index=False,
            ),
        ),
        migrations.AddIndex(
            model_name="completion",
            index=models.Index(fields=["agency", "completed_on"], name="courses_com_agency__0b8626_idx"),
        ),
        migrations.AddIndex(
            model_name="completion",
            index=models.Index(fields=["person", "completed_on"], name="courses_com_person__0ef3e0_idx"),
        ),
    ]
