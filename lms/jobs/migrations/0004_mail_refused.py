"""A mail server that is away or says no is told apart from a try of which nobody knows whether it arrived."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("jobs", "0003_job_file")]

    operations: ClassVar = [
        migrations.AddField("notification", "refusals", models.PositiveIntegerField(default=0)),
        migrations.AddField("notification", "refused_since", models.DateTimeField(blank=True, null=True)),
    ]
