"""The index that figures are counted from begins with the person: people are then put together without sorting."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ('people', '0005_coverage_indexes'),
    ]

    operations: ClassVar = [
        migrations.RemoveIndex(model_name='rosterentry', name='roster_entry_for_coverage'),
        migrations.AddIndex(
            model_name='rosterentry',
            index=models.Index(fields=['person', 'agency', 'group', 'starts_on', 'ends_on', 'voided_at', 'recorded_at'], name='roster_entry_for_coverage'),
        ),
    ]
