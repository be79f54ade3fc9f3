"""Lines under closed reports also say who is excused no longer and whose training elsewhere was taken back."""

from django.db import migrations, models

from lms.audit.triggers import refuse_changes


class Migration(migrations.Migration):

    dependencies = [
        ("coverage", "0004_agency_confirmation"),
    ]

    operations = [
        migrations.AddField(
            model_name="adjustment",
            name="waived_delta",
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="outside_delta",
            field=models.IntegerField(default=0),
        ),
        # SQLite rebuilt the table and lost its triggers.
        refuse_changes("coverage_adjustment"),
    ]
