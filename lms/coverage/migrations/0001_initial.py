import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '__first__'),
        ('plan', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClosedReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('state', models.CharField(choices=[('requested', 'Waiting for a second person'), ('closed', 'Closed'), ('reopened', 'Reopened')], default='requested', max_length=20)),
                ('parameters', models.JSONField(default=dict)),
                ('known_at', models.DateTimeField()),
                ('row_count', models.PositiveIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('requested_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('reopened_at', models.DateTimeField(blank=True, null=True)),
                ('reopen_reason', models.CharField(blank=True, max_length=300)),
                ('reopen_document_no', models.CharField(blank=True, max_length=100)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closed_reports', to='plan.period')),
                ('reopened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closed_reports', to='plan.plantask')),
            ],
            options={
                'verbose_name': 'closed report',
                'verbose_name_plural': 'closed reports',
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['requested', 'closed', 'reopened'])), name='closed_report_state_is_known', violation_error_message='This value is not one of the choices.'), models.UniqueConstraint(fields=('task', 'period', 'version'), name='closed_report_version_once', violation_error_message='This version of the report exists already.'), models.UniqueConstraint(condition=models.Q(('state', 'reopened'), _negated=True), fields=('task', 'period'), name='closed_report_one_in_force', violation_error_message='The period is already closed for this task.'), models.CheckConstraint(condition=models.Q(('closed_by__isnull', True), models.Q(('closed_by', models.F('requested_by')), _negated=True), _connector='OR'), name='closed_report_is_confirmed_by_another', violation_error_message='Another person must confirm the closing.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'reopened'), _negated=True), models.Q(models.Q(('reopen_reason', ''), _negated=True), models.Q(('reopen_document_no', ''), _negated=True)), _connector='OR'), name='closed_report_is_reopened_with_a_document', violation_error_message='Reopening needs a reason and a document number.'), models.CheckConstraint(condition=models.Q(('state', 'requested'), models.Q(('sha256', ''), _negated=True), _connector='OR'), name='closed_report_has_a_seal', violation_error_message='A closed report carries the hash of its rows.')],
            },
        ),
        migrations.CreateModel(
            name='Adjustment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('group', models.CharField(choices=[('reporter', 'Reporters'), ('editor', 'Editors'), ('information_officer', 'Grassroots information officers'), ('communication_officer', 'Policy-communication staff'), ('spokesperson', 'Spokespersons')], max_length=30)),
                ('agency_code', models.CharField(max_length=60)),
                ('listed_delta', models.IntegerField(default=0)),
                ('trained_delta', models.IntegerField(default=0)),
                ('completion_delta', models.IntegerField(default=0)),
                ('certificate_delta', models.IntegerField(default=0)),
                ('reason', models.CharField(max_length=300)),
                ('evidence', models.JSONField(default=dict)),
                ('recorded_at', models.DateTimeField()),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to='coverage.closedreport')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('group__in', ['reporter', 'editor', 'information_officer', 'communication_officer', 'spokesperson'])), name='adjustment_group_is_known', violation_error_message='This value is not one of the choices.'), models.UniqueConstraint(fields=('report', 'number'), name='adjustment_number_once', violation_error_message='This adjustment exists already.'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='adjustment_has_a_reason', violation_error_message='Say why the figures changed.')],
            },
        ),
        migrations.CreateModel(
            name='ClosedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('group', models.CharField(choices=[('reporter', 'Reporters'), ('editor', 'Editors'), ('information_officer', 'Grassroots information officers'), ('communication_officer', 'Policy-communication staff'), ('spokesperson', 'Spokespersons')], max_length=30)),
                ('agency_code', models.CharField(max_length=60)),
                ('agency_name', models.CharField(max_length=300)),
                ('person', models.UUIDField(blank=True, null=True)),
                ('person_name', models.CharField(blank=True, max_length=200)),
                ('is_listed', models.BooleanField()),
                ('is_trained', models.BooleanField()),
                ('completion_count', models.PositiveIntegerField(default=0)),
                ('certificate_count', models.PositiveIntegerField(default=0)),
                ('study_periods', models.PositiveIntegerField(default=0)),
                ('facts', models.JSONField(default=dict)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='coverage.closedreport')),
            ],
            options={
                'indexes': [models.Index(fields=['report', 'group', 'agency_code'], name='coverage_cl_report__c1dc2d_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('group__in', ['reporter', 'editor', 'information_officer', 'communication_officer', 'spokesperson'])), name='closed_row_group_is_known', violation_error_message='This value is not one of the choices.'), models.UniqueConstraint(fields=('report', 'position'), name='closed_row_position_once', violation_error_message='Two rows cannot stand in the same place.'), models.CheckConstraint(condition=models.Q(('is_trained', False), ('is_listed', True), _connector='OR'), name='closed_row_trained_is_listed', violation_error_message='Only people on the roster count as trained.')],
            },
        ),
    ]
