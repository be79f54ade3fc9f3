"""The figures of a period are read from indexes alone: a line of the register is as long as its paper."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ('certificates', '0002_frozen'),
        ('courses', '0006_coverage_indexes'),
        ('people', '0005_coverage_indexes'),
    ]

    operations: ClassVar = [
        migrations.RemoveIndex(
            model_name='certificate',
            name='certificate_counts__cc49a2_idx',
        ),
        migrations.AddIndex(
            model_name='certificate',
            index=models.Index(fields=['counts_on', 'course', 'person', 'agency', 'study_periods', 'state', 'issued_at', 'state_at', 'completion', 'id'], name='certificate_for_coverage'),
        ),
        migrations.AddIndex(
            model_name='certificate',
            index=models.Index(fields=['state', 'state_at', 'completion'], name='certificate_by_state'),
        ),
    ]
