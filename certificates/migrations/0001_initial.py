import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('courses', '0001_initial'),
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, verbose_name='code')),
                ('year', models.PositiveIntegerField(verbose_name='year')),
                ('next_number', models.PositiveIntegerField(default=1)),
                ('signing', models.CharField(choices=[('paper', 'Signed on paper'), ('external', 'Signed electronically by the office'), ('test', 'Test signature')], default='paper', max_length=10, verbose_name='signing')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='series', to='people.agency')),
            ],
            options={
                'verbose_name': 'series',
                'verbose_name_plural': 'series',
                'constraints': [models.CheckConstraint(condition=models.Q(('signing__in', ['paper', 'external', 'test'])), name='series_signing_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('year__isnull', True), models.Q(('year__gte', 2000), ('year__lte', 2200)), _connector='OR'), name='series_year_is_plausible', violation_error_message='This number is outside its range.'), models.CheckConstraint(condition=models.Q(('next_number__gte', 1)), name='series_counts_from_one', violation_error_message='Numbers begin with 1.'), models.UniqueConstraint(fields=('issuer', 'code', 'year'), name='series_once_a_year', violation_error_message='The issuer already has this series.')],
            },
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('issuer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='templates', to='people.agency')),
            ],
        ),
        migrations.CreateModel(
            name='TemplateVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=10)),
                ('layout', models.JSONField()),
                ('engine', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='certificates.template')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'retired'])), name='template_state_is_known', violation_error_message='This value is not one of the choices.'), models.UniqueConstraint(fields=('template', 'number'), name='template_version_once', violation_error_message='This version exists already.'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('template',), name='template_has_one_published_version', violation_error_message='Another version is published; retire it first.')],
            },
        ),
        migrations.CreateModel(
            name='Artefact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('extra', models.CharField(blank=True, max_length=60)),
                ('prefix', models.BinaryField()),
                ('tables', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='artefacts', to='certificates.templateversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'extra'), name='artefact_once', violation_error_message='This artefact exists already.')],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_code', models.CharField(max_length=17, unique=True)),
                ('number', models.PositiveIntegerField()),
                ('study_periods', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('completion', 'Certificate of completion'), ('participation', 'Certificate of participation'), ('confirmation', 'Confirmation of equal value')], default='completion', max_length=20)),
                ('state', models.CharField(choices=[('valid', 'Valid'), ('replaced', 'Replaced'), ('revoked', 'Revoked'), ('void', 'Void')], default='valid', max_length=10)),
                ('snapshot', models.JSONField()),
                ('snapshot_sha256', models.CharField(max_length=64)),
                ('issued_on', models.DateField()),
                ('issued_at', models.DateTimeField()),
                ('counts_on', models.DateField()),
                ('valid_until', models.DateField(blank=True, null=True)),
                ('ground', models.CharField(blank=True, choices=[('', 'None'), ('fraud', 'Fraud'), ('not_entitled', 'Issued to somebody who was not entitled, or without authority'), ('altered', 'Altered'), ('lent', 'Lent to somebody else'), ('issuer_error', 'Error of the issuer')], default='', max_length=20)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('decision_no', models.CharField(blank=True, max_length=100)),
                ('decision_on', models.DateField(blank=True, null=True)),
                ('state_on', models.DateField(blank=True, null=True)),
                ('state_at', models.DateTimeField(blank=True, null=True)),
                ('blank_no', models.CharField(blank=True, max_length=60)),
                ('delivered_on', models.DateField(blank=True, null=True)),
                ('received_by', models.CharField(blank=True, max_length=200)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='people.agency')),
                ('artefact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='certificates.artefact')),
                ('completion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='courses.completion')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='courses.course')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='courses.enrolment')),
                ('issued_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='people.person')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='certificates.certificate')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='certificates.series')),
            ],
            options={
                'verbose_name': 'certificate',
                'verbose_name_plural': 'certificates',
                'indexes': [models.Index(fields=['counts_on', 'course', 'person'], name='certificate_counts__cc49a2_idx'), models.Index(fields=['person', 'counts_on'], name='certificate_person__d03c50_idx'), models.Index(fields=['agency', 'counts_on'], name='certificate_agency__71ddd6_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['completion', 'participation', 'confirmation'])), name='certificate_kind_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('state__in', ['valid', 'replaced', 'revoked', 'void'])), name='certificate_state_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('ground__in', ['', 'fraud', 'not_entitled', 'altered', 'lent', 'issuer_error'])), name='certificate_ground_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('number__isnull', True), models.Q(('number__gte', 1), ('number__lte', 10000000)), _connector='OR'), name='certificate_number_is_positive', violation_error_message='This number is outside its range.'), models.UniqueConstraint(fields=('series', 'number'), name='certificate_number_once', violation_error_message='This number is already in the register.'), models.UniqueConstraint(condition=models.Q(('state', 'valid')), fields=('enrolment',), name='certificate_valid_once_per_enrolment', violation_error_message='This enrolment already has a valid certificate.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'valid'), ('state_at__isnull', True)), models.Q(models.Q(('state', 'valid'), _negated=True), ('state_at__isnull', False)), _connector='OR'), name='certificate_change_of_state_is_dated', violation_error_message='A change of state has a date.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'revoked'), _negated=True), models.Q(models.Q(('ground', ''), _negated=True), models.Q(('decision_no', ''), _negated=True)), _connector='OR'), name='certificate_is_revoked_by_a_decision', violation_error_message='Revoking needs a ground and a decision.'), models.CheckConstraint(condition=models.Q(('replaces__isnull', True), models.Q(('replaces', models.F('pk')), _negated=True), _connector='OR'), name='certificate_does_not_replace_itself', violation_error_message='A certificate cannot replace itself.')],
            },
        ),
        migrations.CreateModel(
            name='Amendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(max_length=40)),
                ('old', models.CharField(max_length=300)),
                ('new', models.CharField(max_length=300)),
                ('decision_no', models.CharField(max_length=100)),
                ('decision_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='certificates.certificate')),
            ],
        ),
        migrations.CreateModel(
            name='CertificateFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('original', 'Original'), ('view', 'View copy'), ('signed', 'Signed copy')], max_length=10)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('size', models.PositiveIntegerField()),
                ('path', models.CharField(blank=True, max_length=200)),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('recorded_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='certificates.certificate')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['original', 'view', 'signed'])), name='certificate_file_kind_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('kind', 'signed'), ('path', ''), _connector='OR'), name='certificate_file_stored_when_signed', violation_error_message='Only signed files are stored.')],
            },
        ),
        migrations.CreateModel(
            name='LossRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('received_on', models.DateField()),
                ('due_on', models.DateField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('confirmed', 'Confirmed'), ('refused', 'Refused')], default='open', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='loss_requests', to='certificates.certificate')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'confirmed', 'refused'])), name='loss_state_is_known', violation_error_message='This value is not one of the choices.'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('certificate',), name='loss_request_open_once', violation_error_message='A request for this certificate is already open.')],
            },
        ),
    ]
