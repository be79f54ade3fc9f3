"""Completions and whose they are, read from indexes alone when figures are counted."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ('courses', '0005_ties'),
        ('people', '0005_coverage_indexes'),
    ]

    operations: ClassVar = [
        migrations.RemoveIndex(
            model_name='completion',
            name='courses_com_complet_ff270f_idx',
        ),
        migrations.AddIndex(
            model_name='completion',
            index=models.Index(fields=['completed_on', 'agency', 'enrolment', 'voided_at', 'recorded_at', 'id'], name='completion_for_coverage'),
        ),
        migrations.AddIndex(
            model_name='enrolment',
            index=models.Index(fields=['id', 'run', 'person'], name='enrolment_for_coverage'),
        ),
    ]
