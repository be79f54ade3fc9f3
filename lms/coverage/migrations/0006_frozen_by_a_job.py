"""A report is frozen by a job before a second person is asked; the names of focal persons are frozen with it."""

from django.conf import settings
from django.db import migrations, models

from lms.audit.triggers import refuse_changes


class Migration(migrations.Migration):

    dependencies = [
        ('coverage', '0005_adjusted_waivers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='closedreport',
            name='closed_report_has_a_seal',
        ),
        migrations.RemoveConstraint(
            model_name='closedreport',
            name='closed_report_state_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='closedreport',
            name='closed_report_one_in_force',
        ),
        migrations.AddField(
            model_name='closedreport',
            name='asked_document_no',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='closedreport',
            name='asked_reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='closedreport',
            name='focal_names',
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='closedreport',
            name='state',
            field=models.CharField(choices=[('freezing', 'Being frozen'), ('requested', 'Waiting for a second person'), ('closed', 'Closed'), ('reopened', 'Reopened'), ('dropped', 'Not confirmed')], default='freezing', max_length=20),
        ),
        migrations.AddConstraint(
            model_name='closedreport',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['freezing', 'requested', 'closed', 'reopened', 'dropped'])), name='closed_report_state_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='closedreport',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['freezing', 'requested', 'closed'])), fields=('task', 'period'), name='closed_report_one_in_force', violation_error_message='The period is already closed for this task.'),
        ),
        migrations.AddConstraint(
            model_name='closedreport',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['freezing', 'dropped']), models.Q(('sha256', ''), _negated=True), _connector='OR'), name='closed_report_has_a_seal', violation_error_message='A closed report carries the hash of its rows.'),
        ),
        # SQLite rebuilt the table and lost its triggers. New: what waits for a second person is frozen too.
        refuse_changes(
            "coverage_closedreport",
            when="OLD.state NOT IN ('freezing', 'requested')",
            except_columns=[
                "state", "reopened_by_id", "reopened_at", "reopen_reason", "reopen_document_no", "adjusted_at",
            ],
        ),
        refuse_changes(
            "coverage_closedreport",
            ["UPDATE"],
            when="OLD.state = 'requested'",
            except_columns=["state", "closed_by_id", "closed_at", "adjusted_at"],
            name="sealed",
        ),
    ]
