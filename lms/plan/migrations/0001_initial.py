import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(unique=True, verbose_name='on')),
                ('kind', models.CharField(choices=[('off', 'Day off'), ('work', 'Make-up working day')], max_length=10)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('source', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['off', 'work'])), name='holiday_kind_is_known', violation_error_message='This value is not one of the choices.')],
            },
        ),
        migrations.CreateModel(
            name='LegalSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60)),
                ('value', models.JSONField()),
                ('staff_type', models.CharField(blank=True, max_length=20)),
                ('valid_from', models.DateField()),
                ('basis', models.CharField(blank=True, max_length=300)),
                ('check_by', models.DateField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('staff_type__in', ['', 'unknown', 'cadre', 'civil_servant', 'public_employee', 'contract_worker', 'part_time'])), name='legal_setting_staff_type_is_known', violation_error_message='This value is not one of the choices.'), models.UniqueConstraint(fields=('key', 'staff_type', 'valid_from'), name='legal_setting_once_per_day', violation_error_message='This setting already has a value from that day.')],
            },
        ),
        migrations.CreateModel(
            name='Period',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('year', 'Year'), ('first_half', 'First six months'), ('second_half', 'Last six months'), ('nine_months', 'Nine months'), ('quarter', 'Quarter'), ('month', 'Month'), ('custom', 'Custom period')], max_length=20, verbose_name='kind')),
                ('year', models.PositiveIntegerField(verbose_name='reporting year')),
                ('number', models.PositiveIntegerField(default=1)),
                ('starts_on', models.DateField(verbose_name='from')),
                ('cutoff_on', models.DateField(verbose_name='cut-off day')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='report due on')),
            ],
            options={
                'verbose_name': 'reporting period',
                'verbose_name_plural': 'reporting periods',
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['year', 'first_half', 'second_half', 'nine_months', 'quarter', 'month', 'custom'])), name='period_kind_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('cutoff_on__isnull', True), ('cutoff_on__gte', models.F('starts_on')), _connector='OR'), name='period_ends_after_it_starts', violation_error_message='The end must come after the start.'), models.CheckConstraint(condition=models.Q(('year__isnull', True), models.Q(('year__gte', 2000), ('year__lte', 2200)), _connector='OR'), name='period_year_is_plausible', violation_error_message='This number is outside its range.'), models.UniqueConstraint(fields=('kind', 'year', 'number'), name='period_once', violation_error_message='This period exists already.')],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, unique=True, verbose_name='code')),
                ('title', models.TextField(verbose_name='title')),
                ('issuer_label', models.CharField(max_length=300, verbose_name='issued by')),
                ('consolidating_label', models.CharField(blank=True, max_length=300, verbose_name='consolidated by')),
                ('reporting', models.TextField(blank=True, verbose_name='reporting')),
                ('number', models.CharField(blank=True, max_length=100, verbose_name='number')),
                ('dated_on', models.DateField(blank=True, null=True, verbose_name='dated')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='in force from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='in force until')),
                ('consolidating', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='plans_consolidated', to='people.agency')),
                ('issuer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='plans_issued', to='people.agency')),
            ],
            options={
                'verbose_name': 'plan',
                'verbose_name_plural': 'plans',
                'constraints': [models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='plan_ends_after_it_starts', violation_error_message='The end must come after the start.')],
            },
        ),
        migrations.CreateModel(
            name='PlanTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, verbose_name='code')),
                ('position', models.PositiveIntegerField()),
                ('section', models.TextField(verbose_name='section')),
                ('title', models.TextField(verbose_name='content')),
                ('title_en', models.TextField(blank=True)),
                ('lead_label', models.CharField(max_length=100)),
                ('timing_label', models.CharField(max_length=300, verbose_name='timing')),
                ('timing', models.CharField(choices=[('continuous', 'Continuous'), ('once', 'Once'), ('year', 'In one year'), ('year_then_update', 'In one year, then kept up to date'), ('yearly_or_as_needed', 'Yearly or when needed')], max_length=30)),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                ('suggested_measure', models.TextField(blank=True)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='plan.plan')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('timing__in', ['continuous', 'once', 'year', 'year_then_update', 'yearly_or_as_needed'])), name='plan_task_timing_is_known', violation_error_message='This value is not one of the choices.'), models.UniqueConstraint(fields=('plan', 'code'), name='plan_task_code_once', violation_error_message='The plan already has a task with this code.')],
            },
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(choices=[('reporter', 'Reporters'), ('editor', 'Editors'), ('information_officer', 'Grassroots information officers'), ('communication_officer', 'Policy-communication staff'), ('spokesperson', 'Spokespersons')], max_length=30, verbose_name='group')),
                ('period_kind', models.CharField(choices=[('year', 'Year'), ('first_half', 'First six months'), ('second_half', 'Last six months'), ('nine_months', 'Nine months'), ('quarter', 'Quarter'), ('month', 'Month'), ('custom', 'Custom period')], max_length=20, verbose_name='kind of period')),
                ('enough', models.CharField(choices=[('certificates', 'A number of certificates'), ('study_periods', 'A number of study periods in the year'), ('named_courses', 'Certificates of the named courses')], max_length=20, verbose_name='what is enough')),
                ('needed', models.PositiveIntegerField(default=1, verbose_name='needed')),
                ('outside_counts', models.BooleanField(default=False, verbose_name='accepted outside training counts')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('legal_basis', models.CharField(blank=True, max_length=300, verbose_name='legal basis')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requirements', to='plan.plantask')),
                ('unit_group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requirements', to='people.unitgroup')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('group__in', ['reporter', 'editor', 'information_officer', 'communication_officer', 'spokesperson'])), name='requirement_group_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('period_kind__in', ['year', 'first_half', 'second_half', 'nine_months', 'quarter', 'month', 'custom'])), name='requirement_period_kind_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('enough__in', ['certificates', 'study_periods', 'named_courses'])), name='requirement_enough_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='requirement_ends_after_it_starts', violation_error_message='The end must come after the start.'), models.CheckConstraint(condition=models.Q(('needed__isnull', True), models.Q(('needed__gte', 1), ('needed__lte', 1000)), _connector='OR'), name='requirement_needs_something', violation_error_message='This number is outside its range.'), models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True), ('unit_group__isnull', True)), fields=('task', 'group', 'period_kind'), name='requirement_open_once', violation_error_message='This task already has a requirement for this group.'), models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True), ('unit_group__isnull', False)), fields=('task', 'group', 'period_kind', 'unit_group'), name='requirement_open_once_per_unit_group', violation_error_message='This task already has a requirement for this group.')],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(choices=[('reporter', 'Reporters'), ('editor', 'Editors'), ('information_officer', 'Grassroots information officers'), ('communication_officer', 'Policy-communication staff'), ('spokesperson', 'Spokespersons')], max_length=30)),
                ('percent', models.PositiveIntegerField(verbose_name='percent')),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='people.agency')),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='plan.period')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='plan.plantask')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('group__in', ['reporter', 'editor', 'information_officer', 'communication_officer', 'spokesperson'])), name='target_group_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('percent__isnull', True), models.Q(('percent__gte', 0), ('percent__lte', 100)), _connector='OR'), name='target_is_a_percentage', violation_error_message='This number is outside its range.'), models.UniqueConstraint(condition=models.Q(('agency__isnull', False)), fields=('task', 'period', 'group', 'agency'), name='target_once_per_agency', violation_error_message='This agency already has a target.'), models.UniqueConstraint(condition=models.Q(('agency__isnull', True)), fields=('task', 'period', 'group'), name='target_once_for_all', violation_error_message='There is already a target for all agencies.')],
            },
        ),
        migrations.CreateModel(
            name='TaskParty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('lead', 'Lead'), ('coordinating', 'Coordinating')], max_length=20)),
                ('position', models.PositiveIntegerField()),
                ('label', models.CharField(max_length=300)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='task_parties', to='people.agency')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='plan.plantask')),
                ('unit_group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='task_parties', to='people.unitgroup')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['lead', 'coordinating'])), name='task_party_role_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('agency__isnull', True), ('unit_group__isnull', True), _connector='OR'), name='task_party_is_an_agency_or_a_group', violation_error_message='A party is one agency or one group of agencies.'), models.UniqueConstraint(fields=('task', 'role', 'position'), name='task_party_position_once', violation_error_message='Two parties cannot stand in the same place.')],
            },
        ),
    ]
