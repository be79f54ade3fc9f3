import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


from lms.audit.triggers import refuse_changes


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0007_quiz_pages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=1000, verbose_name='reason')),
                ('appealed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField()),
                ('ground', models.CharField(choices=[('first', 'First mark'), ('near', 'Close to the pass mark'), ('sample', 'One of ten, by lot'), ('appeal', 'The trainee asked for it'), ('apart', 'Two markers differ')], default='first', max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('rubric', models.JSONField(blank=True, default=list)),
                ('points', models.PositiveIntegerField(blank=True, null=True)),
                ('comment', models.TextField(blank=True, max_length=2000, verbose_name='comment')),
                ('marked_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='RegradeLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.PositiveIntegerField()),
                ('after', models.PositiveIntegerField()),
                ('possible_before', models.PositiveIntegerField()),
                ('possible_after', models.PositiveIntegerField()),
                ('passed_before', models.BooleanField()),
                ('passed_after', models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name='RegradeRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('new_key', 'The key of a newer version counts'), ('full_marks', 'Everybody earns all the points'), ('drop', 'The question counts no more')], max_length=10)),
                ('policy', models.CharField(choices=[('never_lower', 'Nobody loses anything'), ('as_computed', 'Results may fall')], default='never_lower', max_length=12)),
                ('plan_hash', models.CharField(max_length=64)),
                ('reason', models.CharField(max_length=1000)),
                ('applied_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='answer',
            name='answer_flag_is_known',
        ),
        migrations.AddField(
            model_name='runquiz',
            name='results_released_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='runquiz',
            name='results_released_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='answer',
            name='flag',
            field=models.CharField(blank=True, choices=[('', 'In time'), ('grace', 'In the seconds of grace'), ('late', 'Late, accepted by a trainer')], default='', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('flag__in', ['', 'grace', 'late'])), name='answer_flag_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='runquiz',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('results_released_at__isnull', False), ('results_released_by__isnull', False)), models.Q(models.Q(('results_released_at__isnull', False), _negated=True), models.Q(('results_released_by__isnull', False), _negated=True)), _connector='OR'), name='run_quiz_results_are_released_by_somebody', violation_error_message='Results are released by a trainer.'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='attempt',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='courses.attempt'),
        ),
        migrations.AddField(
            model_name='mark',
            name='marker',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='marks_given', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mark',
            name='slot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='courses.slot'),
        ),
        migrations.AddField(
            model_name='regradeline',
            name='slot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regrade_lines', to='courses.slot'),
        ),
        migrations.AddField(
            model_name='regraderun',
            name='applied_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='regraderun',
            name='confirmed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='regraderun',
            name='course',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regrades', to='courses.course'),
        ),
        migrations.AddField(
            model_name='regraderun',
            name='new_version',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='regrades_with_it', to='courses.questionversion'),
        ),
        migrations.AddField(
            model_name='regraderun',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regrades', to='courses.questionversion'),
        ),
        migrations.AddField(
            model_name='regradeline',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='courses.regraderun'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='appeal_has_a_reason', violation_error_message='Say why.'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('ground__in', ['first', 'near', 'sample', 'appeal', 'apart'])), name='mark_ground_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('round__isnull', True), models.Q(('round__gte', 1), ('round__lte', 3)), _connector='OR'), name='mark_has_at_most_three_rounds', violation_error_message='This number is outside its range.'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.UniqueConstraint(fields=('slot', 'round'), name='mark_once_per_round', violation_error_message='This answer is already in the queue.'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.UniqueConstraint(fields=('slot', 'marker'), name='mark_once_per_marker', violation_error_message='Another trainer must look at this answer.'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('marked_at__isnull', False), ('points__isnull', False)), models.Q(models.Q(('marked_at__isnull', False), _negated=True), models.Q(('points__isnull', False), _negated=True)), _connector='OR'), name='mark_given_has_points', violation_error_message='A mark has its points.'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('marked_at__isnull', True), ('marker__isnull', False)), models.Q(models.Q(('lease_until__isnull', False), _negated=True), models.Q(('marked_at__isnull', True), ('marker__isnull', False), _negated=True)), _connector='OR'), name='mark_is_kept_for_its_marker', violation_error_message='An essay is kept for whoever took it, until it is marked.'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('marked_at__isnull', True), ('marker__isnull', False), _connector='OR'), name='mark_given_has_a_marker', violation_error_message='A mark says who gave it.'),
        ),
        migrations.AddConstraint(
            model_name='regraderun',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['new_key', 'full_marks', 'drop'])), name='regrade_kind_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='regraderun',
            constraint=models.CheckConstraint(condition=models.Q(('policy__in', ['never_lower', 'as_computed'])), name='regrade_policy_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='regraderun',
            constraint=models.UniqueConstraint(fields=('course', 'version', 'plan_hash'), name='regrade_once_per_preview', violation_error_message='This regrade was applied before.'),
        ),
        migrations.AddConstraint(
            model_name='regraderun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'new_key'), ('new_version__isnull', False)), models.Q(models.Q(('kind', 'new_key'), _negated=True), models.Q(('new_version__isnull', False), _negated=True)), _connector='OR'), name='regrade_with_a_new_key_names_its_version', violation_error_message='A new key belongs to a newer version.'),
        ),
        migrations.AddConstraint(
            model_name='regraderun',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='regrade_has_a_reason', violation_error_message='Say why.'),
        ),
        migrations.AddConstraint(
            model_name='regraderun',
            constraint=models.CheckConstraint(condition=models.Q(('policy', 'never_lower'), models.Q(('confirmed_by__isnull', False), models.Q(('confirmed_by', models.F('applied_by')), _negated=True)), _connector='OR'), name='regrade_that_lowers_has_a_second_person', violation_error_message='Another person must confirm that results may fall.'),
        ),
        migrations.AddConstraint(
            model_name='regradeline',
            constraint=models.UniqueConstraint(fields=('run', 'slot'), name='regrade_line_once', violation_error_message='This answer is already in the list.'),
        ),
        migrations.AddConstraint(
            model_name='regradeline',
            constraint=models.CheckConstraint(condition=models.Q(('after__lte', models.F('possible_after')), ('before__lte', models.F('possible_before'))), name='regrade_line_stays_within_the_possible', violation_error_message='A question cannot earn more points than it has.'),
        ),
        refuse_changes('courses_regraderun'),
        refuse_changes('courses_regradeline'),
    ]
