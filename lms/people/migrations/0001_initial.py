import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.functions.text
import lms.vietnamese.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='UnitGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True)),
                ('label', models.CharField(max_length=200, unique=True, verbose_name='label')),
            ],
        ),
        migrations.CreateModel(
            name='Agency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, unique=True, verbose_name='code')),
                ('name', lms.vietnamese.fields.NameField(max_length=300, verbose_name='name')),
                ('name_folded', lms.vietnamese.fields.FoldedField(blank=True, default='', editable=False, max_length=1000, source='name')),
                ('name_folded_i', lms.vietnamese.fields.FoldedIField(blank=True, default='', editable=False, max_length=1000, source='name')),
                ('sort_key', lms.vietnamese.fields.SortKeyField(blank=True, default='', editable=False, max_length=1000, source='name')),
                ('kind', models.CharField(choices=[('province', 'Province'), ('peoples_committee', "Provincial People's Committee"), ('office', 'Office'), ('department', 'Department'), ('management_board', 'Management board'), ('district_pc', "District People's Committee"), ('pc_commune', "Commune People's Committee"), ('pc_ward', "Ward People's Committee"), ('pc_township', "Township People's Committee"), ('pc_special_zone', "Special zone People's Committee"), ('party_body', 'Party body'), ('press', 'Press agency'), ('police', 'Police'), ('association', 'Association')], max_length=30, verbose_name='kind')),
                ('established_on', models.DateField(blank=True, null=True, verbose_name='established on')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('stat_code', models.CharField(blank=True, db_index=True, max_length=10, verbose_name='statistical code')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('provenance', models.JSONField(blank=True, default=dict)),
                ('edited_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='people.agency', verbose_name='parent agency')),
            ],
            options={
                'verbose_name': 'agency',
                'verbose_name_plural': 'agencies',
                'indexes': [models.Index(fields=['kind', 'closed_on'], name='people_agen_kind_5a6313_idx'), models.Index(fields=['sort_key'], name='people_agen_sort_ke_e64cf1_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['province', 'peoples_committee', 'office', 'department', 'management_board', 'district_pc', 'pc_commune', 'pc_ward', 'pc_township', 'pc_special_zone', 'party_body', 'press', 'police', 'association'])), name='agency_kind_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('established_on__isnull', True), ('closed_on__isnull', True), ('closed_on__gt', models.F('established_on')), _connector='OR'), name='agency_closes_after_it_opens', violation_error_message='The end must come after the start.'), models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('pk')), _negated=True), _connector='OR'), name='agency_is_not_its_own_parent', violation_error_message='An agency cannot be its own parent.')],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('full_name', lms.vietnamese.fields.NameField(max_length=200, verbose_name='full name')),
                ('sort_name', lms.vietnamese.fields.NameField(blank=True, max_length=200, verbose_name='sort as')),
                ('name_folded', lms.vietnamese.fields.FoldedField(blank=True, default='', editable=False, max_length=1000, source='full_name')),
                ('sort_key', lms.vietnamese.fields.PersonSortKeyField(blank=True, default='', editable=False, max_length=1000, source='sort_name,full_name')),
                ('birth_date', models.DateField(blank=True, null=True, verbose_name='date of birth')),
                ('sex', models.CharField(choices=[('unknown', 'Not given'), ('female', 'Female'), ('male', 'Male')], default='unknown', max_length=10, verbose_name='sex')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='official e-mail')),
                ('phone', lms.vietnamese.fields.CleanCharField(blank=True, max_length=20, verbose_name='mobile phone')),
                ('erased_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(editable=False)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='people.person')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'indexes': [models.Index(fields=['sort_key'], name='people_pers_sort_ke_09812e_idx'), models.Index(fields=['name_folded'], name='people_pers_name_fo_f64c9f_idx'), models.Index(fields=['email'], name='people_pers_email_52ffb2_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('sex__in', ['unknown', 'female', 'male'])), name='person_sex_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('full_name', ''), _negated=True), name='person_has_a_name', violation_error_message='The full name is missing.'), models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), models.Q(('merged_into', models.F('pk')), _negated=True), _connector='OR'), name='person_is_not_merged_into_itself', violation_error_message='A person cannot be merged into the same row.')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('username', models.CharField(max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='user name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('name', lms.vietnamese.fields.NameField(max_length=200, verbose_name='name')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('created_at', models.DateTimeField(editable=False)),
                ('access_epoch', models.PositiveIntegerField(default=0, editable=False)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('person', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='user', to='people.person')),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='user_email_once', violation_error_message='An account with this e-mail address exists.'), models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='user_name_once_whatever_its_case', violation_error_message='An account with this user name exists.'), models.CheckConstraint(condition=models.Q(('is_superuser', False)), name='user_is_never_a_superuser', violation_error_message='There are no superusers here.')],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('object_kind', models.CharField(max_length=40)),
                ('object_id', models.CharField(max_length=80)),
                ('payload', models.JSONField(default=dict)),
                ('payload_hash', models.CharField(max_length=64)),
                ('reason', models.TextField(verbose_name='reason')),
                ('document_no', models.CharField(blank=True, max_length=100, verbose_name='document number')),
                ('requested_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('pending', 'Waiting'), ('confirmed', 'Confirmed'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Lapsed'), ('stale', 'Overtaken by events')], default='pending', max_length=20)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approvals_decided', to=settings.AUTH_USER_MODEL)),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals_requested', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'confirmed', 'refused', 'withdrawn', 'lapsed', 'stale'])), name='approval_state_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), ('state', 'withdrawn'), models.Q(('decided_by', models.F('requested_by')), _negated=True), _connector='OR'), name='approval_comes_from_another_person', violation_error_message='Another person must decide on your request.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'pending')), models.Q(models.Q(('state', 'pending'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='approval_is_dated_when_decided', violation_error_message='A decision has a date.'), models.UniqueConstraint(condition=models.Q(('state', 'pending')), fields=('kind', 'object_kind', 'object_id'), name='approval_pending_once', violation_error_message='This request is already waiting for a decision.')],
            },
        ),
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('focal', 'Focal person of an agency'), ('trainer', 'Trainer'), ('coordinator', 'Coordinator of the department'), ('administrator', 'Administrator')], max_length=20, verbose_name='role')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('granted_at', models.DateTimeField(editable=False)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='role_grants', to='people.agency')),
                ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='role_grants', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['focal', 'trainer', 'coordinator', 'administrator'])), name='role_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='role_grant_ends_after_it_starts', violation_error_message='The end must come after the start.'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'focal'), ('agency__isnull', False)), models.Q(models.Q(('role', 'focal'), _negated=True), models.Q(('agency__isnull', False), _negated=True)), _connector='OR'), name='role_of_a_focal_person_names_the_agency', violation_error_message='A focal person belongs to an agency; other roles do not.'), models.CheckConstraint(condition=models.Q(('granted_by__isnull', True), models.Q(('granted_by', models.F('user')), _negated=True), _connector='OR'), name='role_is_never_granted_to_oneself', violation_error_message='Nobody grants a role to themselves.'), models.UniqueConstraint(condition=models.Q(('agency__isnull', True), ('ends_on__isnull', True)), fields=('user', 'role'), name='role_grant_open_once', violation_error_message='This account already holds this role.'), models.UniqueConstraint(condition=models.Q(('agency__isnull', False), ('ends_on__isnull', True)), fields=('user', 'agency'), name='role_grant_open_once_per_agency', violation_error_message='This account is already the focal person of this agency.')],
            },
        ),
        migrations.CreateModel(
            name='RosterEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(choices=[('reporter', 'Reporters'), ('editor', 'Editors'), ('information_officer', 'Grassroots information officers'), ('communication_officer', 'Policy-communication staff'), ('spokesperson', 'Spokespersons')], max_length=30, verbose_name='group')),
                ('staff_type', models.CharField(choices=[('unknown', 'Not given'), ('cadre', 'Cadre'), ('civil_servant', 'Civil servant'), ('public_employee', 'Public employee'), ('contract_worker', 'Contract worker'), ('part_time', 'Part-time commune worker')], default='unknown', max_length=20, verbose_name='staff type')),
                ('position', lms.vietnamese.fields.CleanCharField(blank=True, max_length=200, verbose_name='position')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('recorded_at', models.DateTimeField(editable=False)),
                ('voided_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('void_reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roster_entries', to='people.agency')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roster_entries', to='people.person')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('voided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'group', 'starts_on'], name='people_rost_agency__09a266_idx'), models.Index(fields=['group', 'agency', 'person'], name='people_rost_group_b005b7_idx'), models.Index(fields=['person', 'starts_on'], name='people_rost_person__03a287_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('group__in', ['reporter', 'editor', 'information_officer', 'communication_officer', 'spokesperson'])), name='roster_group_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('staff_type__in', ['unknown', 'cadre', 'civil_servant', 'public_employee', 'contract_worker', 'part_time'])), name='roster_staff_type_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='roster_entry_ends_after_it_starts', violation_error_message='The end must come after the start.'), models.CheckConstraint(condition=models.Q(models.Q(('voided_at__isnull', False), models.Q(('void_reason', ''), _negated=True)), models.Q(models.Q(('voided_at__isnull', False), _negated=True), ('void_reason', '')), _connector='OR'), name='roster_entry_is_voided_with_a_reason', violation_error_message='Say why the entry is void.'), models.UniqueConstraint(condition=models.Q(('voided_at__isnull', True)), fields=('person', 'agency', 'group', 'starts_on'), name='roster_entry_once_per_start', violation_error_message='This person is already on the roster from that day.'), models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True), ('voided_at__isnull', True)), fields=('person', 'agency', 'group'), name='roster_entry_open_once', violation_error_message='This person is already on the roster of this group.')],
            },
        ),
        migrations.CreateModel(
            name='RosterStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(choices=[('reporter', 'Reporters'), ('editor', 'Editors'), ('information_officer', 'Grassroots information officers'), ('communication_officer', 'Policy-communication staff'), ('spokesperson', 'Spokespersons')], max_length=30, verbose_name='group')),
                ('kind', models.CharField(choices=[('confirmed', 'Roster confirmed'), ('nobody', 'Nobody belongs to this group')], max_length=20, verbose_name='kind')),
                ('on', models.DateField(verbose_name='as of')),
                ('recorded_at', models.DateTimeField(editable=False)),
                ('voided_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roster_statements', to='people.agency')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('group__in', ['reporter', 'editor', 'information_officer', 'communication_officer', 'spokesperson'])), name='roster_statement_group_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('kind__in', ['confirmed', 'nobody'])), name='roster_statement_kind_is_known', violation_error_message='This value is not one of the choices.'), models.UniqueConstraint(condition=models.Q(('voided_at__isnull', True)), fields=('agency', 'group', 'on'), name='roster_statement_once_per_day', violation_error_message='There is already a statement for that day.')],
            },
        ),
        migrations.CreateModel(
            name='Succession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('merge', 'Merge'), ('split', 'Split'), ('rename', 'Rename'), ('reparent', 'New parent'), ('transfer', 'Transfer of a function'), ('dissolution', 'Dissolution')], max_length=20, verbose_name='kind')),
                ('scope', models.CharField(default='all', max_length=30, verbose_name='scope')),
                ('on', models.DateField(verbose_name='on')),
                ('legal_basis', models.CharField(blank=True, max_length=300, verbose_name='legal basis')),
                ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successions_out', to='people.agency')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successions_in', to='people.agency')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['merge', 'split', 'rename', 'reparent', 'transfer', 'dissolution'])), name='succession_kind_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'dissolution'), ('successor__isnull', True)), models.Q(models.Q(('kind', 'dissolution'), _negated=True), ('successor__isnull', False)), _connector='OR'), name='succession_has_a_successor_unless_dissolved', violation_error_message='Only a dissolution has no successor.'), models.CheckConstraint(condition=models.Q(('successor__isnull', True), models.Q(('successor', models.F('predecessor')), _negated=True), _connector='OR'), name='succession_goes_to_another_agency', violation_error_message='An agency cannot succeed itself.'), models.UniqueConstraint(fields=('predecessor', 'successor', 'scope'), name='succession_once_per_pair_and_scope', violation_error_message='This succession is already recorded.'), models.UniqueConstraint(condition=models.Q(('successor__isnull', True)), fields=('predecessor',), name='succession_dissolves_once', violation_error_message='This agency is already dissolved.')],
            },
        ),
        migrations.CreateModel(
            name='UnitGroupKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('province', 'Province'), ('peoples_committee', "Provincial People's Committee"), ('office', 'Office'), ('department', 'Department'), ('management_board', 'Management board'), ('district_pc', "District People's Committee"), ('pc_commune', "Commune People's Committee"), ('pc_ward', "Ward People's Committee"), ('pc_township', "Township People's Committee"), ('pc_special_zone', "Special zone People's Committee"), ('party_body', 'Party body'), ('press', 'Press agency'), ('police', 'Police'), ('association', 'Association')], max_length=30)),
                ('unit_group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kinds', to='people.unitgroup')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['province', 'peoples_committee', 'office', 'department', 'management_board', 'district_pc', 'pc_commune', 'pc_ward', 'pc_township', 'pc_special_zone', 'party_body', 'press', 'police', 'association'])), name='unit_group_kind_is_known', violation_error_message='This value is not one of the choices.'), models.UniqueConstraint(fields=('unit_group', 'kind'), name='unit_group_kind_once', violation_error_message='This kind is already in the group.')],
            },
        ),
        migrations.CreateModel(
            name='UnitGroupMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_included', models.BooleanField(default=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unit_group_memberships', to='people.agency')),
                ('unit_group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='people.unitgroup')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit_group', 'agency'), name='unit_group_member_once', violation_error_message='This agency is already in the group.')],
            },
        ),
    ]
