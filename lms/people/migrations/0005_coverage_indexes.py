"""The roster of a day, as known at a moment, read from an index alone when figures are counted."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ('people', '0004_api_tokens'),
    ]

    operations: ClassVar = [
        migrations.RemoveIndex(
            model_name='rosterentry',
            name='people_rost_group_b005b7_idx',
        ),
        migrations.AddIndex(
            model_name='rosterentry',
            index=models.Index(fields=['group', 'agency', 'person', 'starts_on', 'ends_on', 'voided_at', 'recorded_at'], name='roster_entry_for_coverage'),
        ),
    ]
