import django.core.serializers.json
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('scope', models.CharField(blank=True, max_length=100)),
                ('sha256', models.CharField(max_length=64)),
                ('plan_hash', models.CharField(blank=True, max_length=64)),
                ('state', models.CharField(choices=[('dry', 'Checked, not applied'), ('applied', 'Applied'), ('undone', 'Undone'), ('lapsed', 'Lapsed')], default='dry', max_length=10)),
                ('actor', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('counts', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'applied')), fields=('kind', 'scope', 'sha256'), name='import_applied_once_per_file', violation_error_message='This file has been loaded here before.'), models.CheckConstraint(condition=models.Q(('state__in', ['dry', 'applied', 'undone', 'lapsed'])), name='import_state_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(models.Q(('applied_at__isnull', True), ('state__in', ('dry', 'lapsed'))), models.Q(('applied_at__isnull', False), ('state__in', ('applied', 'undone'))), _connector='OR'), name='import_is_dated_when_applied', violation_error_message='An import has a date exactly when it was applied.')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('key', models.CharField(max_length=150)),
                ('payload', models.JSONField(blank=True, default=dict)),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('dead', 'Failed')], default='queued', max_length=10)),
                ('done_count', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('cursor', models.JSONField(blank=True, default=dict)),
                ('due_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('lease_token', models.CharField(blank=True, max_length=32)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=100)),
                ('result', models.JSONField(blank=True, default=dict)),
                ('requested_by', models.CharField(blank=True, max_length=64)),
                ('queue', models.CharField(max_length=20)),
                ('created_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('woken_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ('queued', 'running'))), fields=['due_at'], name='job_alive_by_due'), models.Index(fields=['requested_by', 'created_at'], name='job_by_owner')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='job_once_per_key'), models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'done', 'dead'])), name='job_state_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('state', 'running'), models.Q(('lease_token', ''), _negated=True)), models.Q(models.Q(('state', 'running'), _negated=True), ('lease_token', ''), ('lease_until__isnull', True)), _connector='OR'), name='job_runs_with_a_lease', violation_error_message='A job has a lease exactly while it runs.'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('done', 'dead')), ('done_at__isnull', False)), models.Q(models.Q(('state__in', ('done', 'dead')), _negated=True), models.Q(('done_at__isnull', False), _negated=True)), _connector='OR'), name='job_is_dated_when_it_ends', violation_error_message='A job has an end date exactly when it has ended.'), models.CheckConstraint(condition=models.Q(('attempts__gte', 0), ('done_count__gte', 0), ('total__gte', 0)), name='job_counts_are_not_negative', violation_error_message='A count cannot be negative.')],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recipient', models.UUIDField()),
                ('kind', models.CharField(max_length=60)),
                ('subject', models.CharField(max_length=100)),
                ('slot', models.CharField(max_length=60)),
                ('channel', models.CharField(choices=[('site', 'On this site'), ('email', 'E-mail')], max_length=10)),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('failed', 'Not delivered'), ('held', 'Held back'), ('cancelled', 'Cancelled')], default='queued', max_length=10)),
                ('due_at', models.DateTimeField()),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('message_id', models.CharField(default=uuid.uuid4, max_length=64, unique=True)),
                ('payload', models.JSONField(blank=True, default=dict)),
                ('error', models.CharField(blank=True, max_length=100)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ('queued', 'sending'))), fields=['due_at'], name='notification_alive_by_due')],
                'constraints': [models.UniqueConstraint(fields=('recipient', 'kind', 'subject', 'slot', 'channel'), name='notification_once_per_slot'), models.CheckConstraint(condition=models.Q(('channel__in', ['site', 'email'])), name='notification_channel_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'sending', 'sent', 'failed', 'held', 'cancelled'])), name='notification_state_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='notification_is_dated_when_sent', violation_error_message='A message has a sending date exactly when it was sent.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sending'), _negated=True), ('claimed_at__isnull', False), _connector='OR'), name='notification_is_claimed_when_sending', violation_error_message='A message that is being sent has been claimed.')],
            },
        ),
        migrations.CreateModel(
            name='ImportLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField()),
                ('verdict', models.CharField(choices=[('new', 'New'), ('changed', 'Changed'), ('new_version', 'New version'), ('unchanged', 'Unchanged'), ('converted', 'Converted'), ('ended', 'Ended'), ('duplicate_in_file', 'Repeated in this file'), ('refused', 'Refused')], max_length=20)),
                ('code', models.CharField(blank=True, max_length=60)),
                ('message', models.CharField(blank=True, max_length=500)),
                ('target', models.CharField(blank=True, max_length=120)),
                ('data', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='jobs.importrun')),
            ],
            options={
                'indexes': [models.Index(fields=['run', 'row'], name='import_line_by_row')],
                'constraints': [models.CheckConstraint(condition=models.Q(('verdict__in', ['new', 'changed', 'new_version', 'unchanged', 'converted', 'ended', 'duplicate_in_file', 'refused'])), name='import_line_verdict_is_known', violation_error_message='This value is not one of the choices.')],
            },
        ),
    ]
