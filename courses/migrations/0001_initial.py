
import django.db.models.deletion
import lms.vietnamese.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0002_frozen'),
        ('plan', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='QuestionVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('ready', 'Ready')], default='draft', max_length=10)),
                ('type', models.CharField(choices=[('single', 'One right answer'), ('multiple', 'Several right answers'), ('true_false', 'True or false'), ('matching', 'Matching'), ('ordering', 'Ordering'), ('short_text', 'Short text'), ('numeric', 'Number'), ('essay', 'Essay')], max_length=20, verbose_name='type')),
                ('name', models.CharField(blank=True, max_length=300, verbose_name='name')),
                ('stem', models.TextField(verbose_name='question')),
                ('stem_format', models.CharField(choices=[('plain', 'Plain text'), ('markdown', 'Markdown'), ('html', 'HTML')], default='plain', max_length=10)),
                ('stem_folded', lms.vietnamese.fields.FoldedField(blank=True, default='', editable=False, max_length=4000, source='stem')),
                ('difficulty', models.PositiveSmallIntegerField(default=2, verbose_name='difficulty')),
                ('settings', models.JSONField(blank=True, default=dict)),
                ('source', models.JSONField(blank=True, default=dict)),
                ('content_hash', models.CharField(db_index=True, max_length=64)),
                ('created_at', models.DateTimeField(editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('submitted', 'Submitted'), ('graded', 'Graded'), ('voided', 'Void')], default='open', max_length=20)),
                ('epoch', models.PositiveIntegerField(default=1)),
                ('started_at', models.DateTimeField()),
                ('deadline_at', models.DateTimeField(blank=True, null=True)),
                ('grace_until', models.DateTimeField(blank=True, null=True)),
                ('pass_percent', models.PositiveIntegerField()),
                ('seed', models.CharField(max_length=32)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.CharField(blank=True, choices=[('', 'Not closed'), ('person', 'By the trainee'), ('clock', 'By the clock'), ('trainer', 'By a trainer')], default='', max_length=10)),
                ('receipt', models.CharField(blank=True, max_length=12)),
                ('answered_count', models.PositiveIntegerField(default=0)),
                ('graded_at', models.DateTimeField(blank=True, null=True)),
                ('points', models.PositiveIntegerField(blank=True, null=True)),
                ('points_possible', models.PositiveIntegerField()),
                ('void_reason', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, unique=True, verbose_name='code')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
            },
        ),
        migrations.CreateModel(
            name='QuestionTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.SlugField(max_length=60, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document_no', models.CharField(blank=True, max_length=100, verbose_name='document number')),
                ('document_on', models.DateField(blank=True, null=True, verbose_name='document date')),
                ('opens_at', models.DateTimeField(verbose_name='opens at')),
                ('closes_at', models.DateTimeField(verbose_name='closes at')),
            ],
            options={
                'verbose_name': 'nomination round',
                'verbose_name_plural': 'nomination rounds',
            },
        ),
        migrations.CreateModel(
            name='AnswerKey',
            fields=[
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='answer_key', serialize=False, to='courses.questionversion')),
                ('data', models.JSONField()),
                ('feedback', models.JSONField(blank=True, default=dict)),
                ('is_frozen', models.BooleanField(default=False, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('order', models.JSONField(default=list)),
                ('points_possible', models.PositiveIntegerField()),
                ('points', models.PositiveIntegerField(blank=True, null=True)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='courses.questionversion')),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='courses.attempt')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='courses.question')),
            ],
        ),
        migrations.CreateModel(
            name='Course',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='code')),
                ('title', lms.vietnamese.fields.CleanCharField(max_length=300, verbose_name='title')),
                ('title_folded', lms.vietnamese.fields.FoldedField(blank=True, default='', editable=False, max_length=1000, source='title')),
                ('sort_key', lms.vietnamese.fields.SortKeyField(blank=True, default='', editable=False, max_length=1000, source='title')),
                ('title_en', models.CharField(blank=True, max_length=300)),
                ('summary', models.TextField(blank=True, verbose_name='summary')),
                ('mode', models.CharField(choices=[('online', 'Online'), ('room', 'In person'), ('blended', 'Blended')], max_length=20, verbose_name='form of learning')),
                ('study_periods', models.PositiveIntegerField(verbose_name='study periods')),
                ('pass_percent', models.PositiveIntegerField(default=50, verbose_name='pass mark in percent')),
                ('attendance_percent', models.PositiveIntegerField(default=80, verbose_name='attendance needed in percent')),
                ('objectives', models.JSONField(blank=True, default=list, verbose_name='objectives')),
                ('is_demo', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(editable=False)),
            ],
            options={
                'verbose_name': 'course',
                'verbose_name_plural': 'courses',
                'constraints': [models.CheckConstraint(condition=models.Q(('mode__in', ['online', 'room', 'blended'])), name='course_mode_is_known', violation_error_message='This value is not one of the choices.'), models.CheckConstraint(condition=models.Q(('study_periods__isnull', True), models.Q(('study_periods__gte', 1), ('study_periods__lte', 1000)), _connector='OR'), name='course_has_study_periods', violation_error_message='This number is outside its range.'), models.CheckConstraint(condition=models.Q(('pass_percent__isnull', True), models.Q(('pass_percent__gte', 0), ('pass_percent__lte', 100)), _connector='OR'), name='course_pass_mark_is_a_percentage', violation_error_message='This number is outside its range.'), models.CheckConstraint(condition=models.Q(('attendance_percent__isnull', True), models.Q(('attendance_percent__gte', 0), ('attendance_percent__lte', 100)), _connector='OR'), name='course_attendance_is_a_percentage', violation_error_message='This number is outside its range.')],
            },
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', lms.vietnamese.fields.CleanCharField(max_length=200, verbose_name='name')),
                ('name_folded', lms.vietnamese.fields.FoldedField(blank=True, default='', editable=False, max_length=1000, source='name')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='courses.category')),
                ('course', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='categories', to='courses.course')),
            ],
        ),
        migrations.CreateModel(
            name='CourseGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(choices=[('reporter', 'Reporters'), ('editor', 'Editors'), ('information_officer', 'Grassroots information officers'), ('communication_officer', 'Policy-communication staff'), ('spokesperson', 'Spokespersons')], max_length=30, verbose_name='group')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='courses.course')),
            ],
        ),
        migrations.CreateModel(
            name='CourseTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks_served', to='courses.course')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='plan.plantask')),
            ],
        ),
        migrations.CreateModel(
            name='CourseTrainer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trainers', to='courses.course')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='courses_taught', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('requested', 'Requested'), ('nominated', 'Nominated'), ('waiting', 'On the waiting list'), ('offered', 'Seat offered'), ('enrolled', 'Enrolled'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Offer lapsed'), ('cancelled', 'Cancelled')], max_length=20, verbose_name='state')),
                ('origin', models.CharField(choices=[('self', 'By oneself'), ('nomination', 'Nominated by the agency'), ('department', 'By the department'), ('walk_in', 'At the door')], max_length=20, verbose_name='origin')),
                ('seat', models.CharField(choices=[('none', 'No seat'), ('quota', "Seat of the agency's quota"), ('pool', 'Seat open to all'), ('unlimited', 'Run without a limit')], default='none', max_length=20)),
                ('priority', models.IntegerField(default=0)),
                ('offer_until', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('check_in_code', models.CharField(max_length=8, unique=True)),
                ('created_at', models.DateTimeField(editable=False)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='people.agency')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='people.person')),
            ],
            options={
                'verbose_name': 'enrolment',
                'verbose_name_plural': 'enrolments',
            },
        ),
        migrations.CreateModel(
            name='Completion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('completed_on', models.DateField()),
                ('facts', models.JSONField(default=dict)),
                ('rule_hash', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField()),
                ('voided_at', models.DateTimeField(blank=True, null=True)),
                ('void_reason', models.CharField(blank=True, max_length=300)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='completions', to='people.agency')),
                ('voided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='completions', to='courses.enrolment')),
            ],
        ),
        migrations.AddField(
            model_name='attempt',
            name='enrolment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='courses.enrolment'),
        ),
        migrations.CreateModel(
            name='LateAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField()),
                ('value', models.JSONField(null=True)),
                ('received_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('slot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='late_answers', to='courses.slot')),
            ],
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=120)),
                ('position', models.PositiveIntegerField()),
                ('title', lms.vietnamese.fields.CleanCharField(max_length=300, verbose_name='title')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes')),
                ('is_required', models.BooleanField(default=True, verbose_name='required')),
                ('is_live', models.BooleanField(default=False)),
                ('content_version', models.PositiveIntegerField(default=1)),
                ('content_hash', models.CharField(blank=True, max_length=64)),
                ('bytes_page', models.PositiveIntegerField(default=0)),
                ('bytes_images', models.PositiveIntegerField(default=0)),
                ('bytes_on_click', models.PositiveIntegerField(default=0)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to='courses.course')),
            ],
            options={
                'verbose_name': 'lesson',
                'verbose_name_plural': 'lessons',
            },
        ),
        migrations.CreateModel(
            name='Citation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source_key', models.CharField(max_length=120)),
                ('document', models.CharField(max_length=300, verbose_name='document')),
                ('article', models.CharField(blank=True, max_length=200, verbose_name='article')),
                ('title', models.CharField(blank=True, max_length=300, verbose_name='subject')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('url', models.URLField(blank=True, verbose_name='address')),
                ('check_by', models.DateField(verbose_name='check by')),
                ('checked_on', models.DateField(blank=True, null=True, verbose_name='checked on')),
                ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='courses.course')),
                ('lesson', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='courses.lesson')),
            ],
        ),
        migrations.CreateModel(
            name='Option',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4)),
                ('position', models.PositiveSmallIntegerField()),
                ('text', models.TextField(verbose_name='text')),
                ('side', models.CharField(blank=True, choices=[('', 'Option'), ('left', 'Left'), ('right', 'Right')], default='', max_length=5)),
                ('is_frozen', models.BooleanField(default=False, editable=False)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='options', to='courses.questionversion')),
            ],
        ),
        migrations.CreateModel(
            name='OutsideTraining',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', lms.vietnamese.fields.CleanCharField(max_length=300, verbose_name='title')),
                ('provider', lms.vietnamese.fields.CleanCharField(max_length=300, verbose_name='provider')),
                ('provider_folded', lms.vietnamese.fields.FoldedField(blank=True, default='', editable=False, max_length=1000, source='provider')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='to')),
                ('study_periods', models.PositiveIntegerField(verbose_name='study periods')),
                ('certificate_no', lms.vietnamese.fields.CleanCharField(max_length=100, verbose_name='certificate number')),
                ('evidence', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('submitted', 'Submitted'), ('accepted', 'Accepted'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='submitted', max_length=20)),
                ('submitted_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outside_trainings', to='people.agency')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outside_trainings', to='people.person')),
                ('submitted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outside_trainings', to='plan.plantask')),
            ],
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', lms.vietnamese.fields.CleanCharField(max_length=200, verbose_name='name')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='address or link')),
                ('seats', models.PositiveIntegerField(blank=True, null=True, verbose_name='seats')),
                ('taken', models.PositiveIntegerField(default=0)),
                ('host', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='places_hosted', to='people.agency')),
            ],
        ),
        migrations.AddField(
            model_name='enrolment',
            name='place',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='courses.place'),
        ),
        migrations.CreateModel(
            name='Prerequisite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('within_months', models.PositiveIntegerField(default=0)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prerequisites', to='courses.course')),
                ('needs', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prerequisite_of', to='courses.course')),
            ],
        ),
        migrations.CreateModel(
            name='Progress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('anchor', models.CharField(blank=True, max_length=60)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('content_version', models.PositiveIntegerField(default=1)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress', to='courses.enrolment')),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress', to='courses.lesson')),
            ],
        ),
        migrations.AddField(
            model_name='questionversion',
            name='question',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='courses.question'),
        ),
        migrations.AddField(
            model_name='question',
            name='category',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='courses.category'),
        ),
        migrations.AddField(
            model_name='question',
            name='tags',
            field=models.ManyToManyField(blank=True, related_name='questions', to='courses.questiontag'),
        ),
        migrations.CreateModel(
            name='Quiz',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, unique=True, verbose_name='code')),
                ('kind', models.CharField(choices=[('practice', 'Practice'), ('graded', 'Graded')], max_length=10, verbose_name='kind')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published')], default='draft', max_length=10)),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('limit_minutes', models.PositiveIntegerField(blank=True, null=True, verbose_name='time limit in minutes')),
                ('attempts_allowed', models.PositiveIntegerField(default=2, verbose_name='attempts allowed')),
                ('pass_percent', models.PositiveIntegerField(default=50, verbose_name='pass mark in percent')),
                ('counting', models.CharField(choices=[('best', 'The best attempt'), ('last', 'The last attempt'), ('average', 'The average')], default='best', max_length=10)),
                ('is_shuffled', models.BooleanField(default=True, verbose_name='shuffle the options')),
                ('review', models.JSONField(blank=True, default=dict)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quizzes', to='courses.course')),
            ],
            options={
                'verbose_name': 'quiz',
                'verbose_name_plural': 'quizzes',
            },
        ),
        migrations.AddField(
            model_name='attempt',
            name='quiz',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='courses.quiz'),
        ),
        migrations.CreateModel(
            name='QuizSection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('title', models.CharField(blank=True, max_length=200)),
                ('draw_count', models.PositiveIntegerField(blank=True, null=True)),
                ('points', models.PositiveIntegerField(default=10000, verbose_name='points per question, in 1/10,000')),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='quiz_sections', to='courses.category')),
                ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sections', to='courses.quiz')),
            ],
        ),
        migrations.CreateModel(
            name='QuizQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quiz_places', to='courses.question')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='courses.quizsection')),
            ],
        ),
        migrations.CreateModel(
            name='RequiredCourse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requirements', to='courses.course')),
                ('requirement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='plan.requirement')),
            ],
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('sent', 'Sent'), ('returned', 'Returned'), ('approved', 'Approved')], default='draft', max_length=20, verbose_name='state')),
                ('dispatch_no', models.CharField(blank=True, max_length=100, verbose_name='letter number')),
                ('dispatch_on', models.DateField(blank=True, null=True, verbose_name='letter date')),
                ('dispatch_file', models.CharField(blank=True, max_length=200)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='people.agency')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='courses.round')),
            ],
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('year', models.PositiveIntegerField(verbose_name='year')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('title', lms.vietnamese.fields.CleanCharField(blank=True, max_length=300, verbose_name='title')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='to')),
                ('study_periods', models.PositiveIntegerField(verbose_name='study periods')),
                ('entry', models.CharField(choices=[('open', 'Open: people enrol themselves'), ('approval', 'On request, with approval'), ('nomination', 'By nomination of their agency')], default='nomination', max_length=20, verbose_name='entry')),
                ('seats', models.PositiveIntegerField(blank=True, null=True, verbose_name='seats')),
                ('pool_seats', models.PositiveIntegerField(blank=True, null=True, verbose_name='seats open to all')),
                ('pool_taken', models.PositiveIntegerField(default=0)),
                ('decision_no', models.CharField(blank=True, max_length=100, verbose_name='decision number')),
                ('decision_on', models.DateField(blank=True, null=True, verbose_name='decision date')),
                ('funding', models.CharField(blank=True, max_length=300, verbose_name='funding')),
                ('attendance_percent', models.PositiveIntegerField(default=80, verbose_name='attendance needed in percent')),
                ('rule', models.JSONField(blank=True, default=dict)),
                ('rule_hash', models.CharField(blank=True, max_length=64)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('running', 'Running'), ('ended', 'Ended'), ('closed', 'Closed'), ('cancelled', 'Cancelled')], default='draft', max_length=20, verbose_name='state')),
                ('cancel_reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(editable=False)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='courses.course')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs_issued', to='people.agency', verbose_name='organised by')),
            ],
            options={
                'verbose_name': 'run',
                'verbose_name_plural': 'runs',
            },
        ),
        migrations.AddField(
            model_name='round',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='courses.run'),
        ),
        migrations.CreateModel(
            name='Quota',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seats', models.PositiveIntegerField(verbose_name='seats')),
                ('taken', models.PositiveIntegerField(default=0)),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quotas', to='people.agency')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quotas', to='courses.run')),
            ],
        ),
        migrations.AddField(
            model_name='place',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='courses.run'),
        ),
        migrations.CreateModel(
            name='Override',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opens_at', models.DateTimeField(blank=True, null=True)),
                ('closes_at', models.DateTimeField(blank=True, null=True)),
                ('extra_minutes', models.PositiveIntegerField(default=0)),
                ('extra_attempts', models.PositiveIntegerField(default=0)),
                ('reason', models.CharField(max_length=300)),
                ('document_no', models.CharField(blank=True, max_length=100)),
                ('granted_at', models.DateTimeField()),
                ('voided_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='people.agency')),
                ('enrolment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='courses.enrolment')),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='courses.quiz')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='courses.run')),
            ],
        ),
        migrations.AddField(
            model_name='enrolment',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='courses.run'),
        ),
        migrations.CreateModel(
            name='RunQuiz',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opens_at', models.DateTimeField(blank=True, null=True, verbose_name='opens at')),
                ('closes_at', models.DateTimeField(blank=True, null=True, verbose_name='closes at')),
                ('is_required', models.BooleanField(default=True, verbose_name='required')),
                ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='run_quizzes', to='courses.quiz')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='run_quizzes', to='courses.run')),
            ],
        ),
        migrations.CreateModel(
            name='RunTrainer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='trainers', to='courses.run')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs_taught', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('title', lms.vietnamese.fields.CleanCharField(max_length=300, verbose_name='title')),
                ('kind', models.CharField(choices=[('room', 'In a room'), ('online', 'Online'), ('hybrid', 'In linked rooms')], default='room', max_length=10, verbose_name='kind')),
                ('starts_at', models.DateTimeField(verbose_name='starts at')),
                ('ends_at', models.DateTimeField(verbose_name='ends at')),
                ('study_periods', models.PositiveIntegerField(verbose_name='study periods')),
                ('is_required', models.BooleanField(default=True, verbose_name='required')),
                ('opens_before', models.PositiveIntegerField(default=30)),
                ('late_after', models.PositiveIntegerField(default=15)),
                ('closes_after', models.PositiveIntegerField(default=30)),
                ('has_checkout', models.BooleanField(default=False)),
                ('pulse_count', models.PositiveSmallIntegerField(default=0)),
                ('walk_ins', models.CharField(choices=[('refuse', 'Refuse'), ('ask', 'Ask the coordinator'), ('accept', 'Accept')], default='refuse', max_length=10)),
                ('locked_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='courses.run')),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
            },
        ),
        migrations.CreateModel(
            name='ScanDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_seq', models.PositiveIntegerField(default=0)),
                ('last_link', models.CharField(blank=True, max_length=64)),
                ('skew_ms', models.IntegerField(default=0)),
                ('flags', models.JSONField(blank=True, default=list)),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='scan_devices', to='courses.place')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scan_devices', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scan_devices', to='courses.session')),
            ],
        ),
        migrations.CreateModel(
            name='Pulse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opens_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pulses', to='courses.session')),
            ],
        ),
        migrations.CreateModel(
            name='AttendanceEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('kind', models.CharField(choices=[('in', 'In'), ('out', 'Out'), ('pulse', 'Quick check'), ('mark', 'Mark'), ('annul', 'Annulment')], max_length=10)),
                ('status', models.CharField(blank=True, choices=[('', 'Not marked'), ('present', 'Present'), ('late', 'Late'), ('left_early', 'Left early'), ('excused', 'Absent with leave'), ('absent', 'Absent without leave')], default='', max_length=20)),
                ('half_periods', models.PositiveIntegerField(blank=True, null=True)),
                ('source', models.CharField(choices=[('live_code', 'Code on the screen'), ('pin', 'List and PIN'), ('personal_qr', 'Personal QR code'), ('staff', 'Trainer'), ('sheet', 'Signed sheet'), ('import', 'Imported list'), ('leave', 'Leave granted')], max_length=20)),
                ('ticket', models.CharField(blank=True, max_length=60)),
                ('result', models.CharField(choices=[('accepted', 'Accepted'), ('duplicate', 'Once more'), ('refused', 'Refused'), ('conflict', 'In conflict')], max_length=20)),
                ('code', models.CharField(blank=True, max_length=40)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('skew_ms', models.IntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('is_offline', models.BooleanField(default=False)),
                ('seq', models.PositiveIntegerField(blank=True, null=True)),
                ('link', models.CharField(blank=True, max_length=64)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('target', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='annulments', to='courses.attendanceevent')),
                ('enrolment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attendance_events', to='courses.enrolment')),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.place')),
                ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='courses.scandevice')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance_events', to='courses.session')),
            ],
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(blank=True, choices=[('', 'Not marked'), ('present', 'Present'), ('late', 'Late'), ('left_early', 'Left early'), ('excused', 'Absent with leave'), ('absent', 'Absent without leave')], default='', max_length=20)),
                ('half_periods', models.PositiveIntegerField(default=0)),
                ('first_in', models.DateTimeField(blank=True, null=True)),
                ('last_out', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.CharField(blank=True, max_length=20)),
                ('is_unconfirmed', models.BooleanField(default=False)),
                ('flags', models.JSONField(blank=True, default=list)),
                ('version', models.PositiveIntegerField(default=0)),
                ('last_event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.attendanceevent')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance', to='courses.enrolment')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance', to='courses.session')),
            ],
        ),
        migrations.CreateModel(
            name='SessionPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=5, unique=True)),
                ('epoch', models.PositiveIntegerField(default=0)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='session_places', to='courses.place')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='session_places', to='courses.session')),
            ],
        ),
        migrations.CreateModel(
            name='Waiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(max_length=300, verbose_name='ground')),
                ('document_no', models.CharField(blank=True, max_length=100, verbose_name='document number')),
                ('granted_at', models.DateTimeField()),
                ('voided_at', models.DateTimeField(blank=True, null=True)),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waivers', to='plan.period')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waivers', to='people.person')),
                ('requirement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waivers', to='plan.requirement')),
            ],
        ),
        migrations.CreateModel(
            name='WalkIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('agency_label', models.CharField(blank=True, max_length=300)),
                ('position', models.CharField(blank=True, max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('matched', 'Matched'), ('rejected', 'Rejected')], default='open', max_length=20)),
                ('enrolment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='walk_ins', to='courses.enrolment')),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.place')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='walk_in_people', to='courses.session')),
            ],
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('slot', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='answer', serialize=False, to='courses.slot')),
                ('epoch', models.PositiveIntegerField(default=0)),
                ('seq', models.PositiveIntegerField(default=0)),
                ('value', models.JSONField(blank=True, null=True)),
                ('saved_at', models.DateTimeField(blank=True, null=True)),
                ('flag', models.CharField(blank=True, choices=[('', 'In time'), ('grace', 'In the seconds of grace')], default='', max_length=10)),
                ('is_closed', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('flag__in', ['', 'grace'])), name='answer_flag_is_known', violation_error_message='This value is not one of the choices.')],
            },
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.UniqueConstraint(condition=models.Q(('parent__isnull', False)), fields=('parent', 'name_folded'), name='category_name_once_in_its_parent', violation_error_message='There is already a category with this name.'),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.UniqueConstraint(condition=models.Q(('course__isnull', False), ('parent__isnull', True)), fields=('course', 'name_folded'), name='category_name_once_in_its_course', violation_error_message='There is already a category with this name.'),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.UniqueConstraint(condition=models.Q(('course__isnull', True), ('parent__isnull', True)), fields=('name_folded',), name='category_name_once_among_the_shared', violation_error_message='There is already a category with this name.'),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('pk')), _negated=True), _connector='OR'), name='category_is_not_its_own_parent', violation_error_message='A category cannot stand under itself.'),
        ),
        migrations.AddConstraint(
            model_name='coursegroup',
            constraint=models.CheckConstraint(condition=models.Q(('group__in', ['reporter', 'editor', 'information_officer', 'communication_officer', 'spokesperson'])), name='course_group_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='coursegroup',
            constraint=models.UniqueConstraint(fields=('course', 'group'), name='course_group_once', violation_error_message='The course already names this group.'),
        ),
        migrations.AddIndex(
            model_name='coursetask',
            index=models.Index(fields=['task', 'course'], name='courses_cou_task_id_dffa17_idx'),
        ),
        migrations.AddConstraint(
            model_name='coursetask',
            constraint=models.UniqueConstraint(fields=('course', 'task'), name='course_serves_a_task_once', violation_error_message='The course already serves this task.'),
        ),
        migrations.AddConstraint(
            model_name='coursetrainer',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='course_trainer_ends_after_starting', violation_error_message='The end must come after the start.'),
        ),
        migrations.AddConstraint(
            model_name='coursetrainer',
            constraint=models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True)), fields=('course', 'user'), name='course_trainer_once', violation_error_message='This trainer already teaches the course.'),
        ),
        migrations.AddIndex(
            model_name='completion',
            index=models.Index(fields=['completed_on', 'agency'], name='courses_com_complet_ff270f_idx'),
        ),
        migrations.AddConstraint(
            model_name='completion',
            constraint=models.UniqueConstraint(condition=models.Q(('voided_at__isnull', True)), fields=('enrolment',), name='completion_once_per_enrolment', violation_error_message='This enrolment is already completed.'),
        ),
        migrations.AddConstraint(
            model_name='completion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('voided_at__isnull', False), models.Q(('void_reason', ''), _negated=True)), models.Q(models.Q(('voided_at__isnull', False), _negated=True), ('void_reason', '')), _connector='OR'), name='completion_is_voided_with_a_reason', violation_error_message='Say why the completion is void.'),
        ),
        migrations.AddConstraint(
            model_name='lateanswer',
            constraint=models.UniqueConstraint(fields=('slot', 'seq'), name='late_answer_once', violation_error_message='This late answer is already kept.'),
        ),
        migrations.AddConstraint(
            model_name='lateanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_by__isnull', False), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('accepted_by__isnull', False), _negated=True), ('reason', '')), _connector='OR'), name='late_answer_is_accepted_with_a_reason', violation_error_message='Say why the late answer counts.'),
        ),
        migrations.AddIndex(
            model_name='lesson',
            index=models.Index(fields=['course', 'position'], name='courses_les_course__1e4253_idx'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__isnull', True), models.Q(('minutes__gte', 1), ('minutes__lte', 10000)), _connector='OR'), name='lesson_takes_time', violation_error_message='This number is outside its range.'),
        ),
        migrations.AddConstraint(
            model_name='lesson',
            constraint=models.UniqueConstraint(fields=('course', 'key'), name='lesson_key_once', violation_error_message='The course already has a lesson with this address.'),
        ),
        migrations.AddConstraint(
            model_name='citation',
            constraint=models.UniqueConstraint(condition=models.Q(('lesson__isnull', True)), fields=('course', 'source_key'), name='citation_once_per_course', violation_error_message='The course already cites this source.'),
        ),
        migrations.AddConstraint(
            model_name='citation',
            constraint=models.UniqueConstraint(condition=models.Q(('lesson__isnull', False)), fields=('lesson', 'source_key'), name='citation_once_per_lesson', violation_error_message='The lesson already cites this source.'),
        ),
        migrations.AddConstraint(
            model_name='option',
            constraint=models.CheckConstraint(condition=models.Q(('side__in', ['', 'left', 'right'])), name='option_side_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='option',
            constraint=models.UniqueConstraint(fields=('version', 'uid'), name='option_uid_once', violation_error_message='This option is already there.'),
        ),
        migrations.AddConstraint(
            model_name='option',
            constraint=models.UniqueConstraint(fields=('version', 'position'), name='option_position_once', violation_error_message='Two options cannot stand in the same place.'),
        ),
        migrations.AddConstraint(
            model_name='outsidetraining',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['submitted', 'accepted', 'rejected', 'withdrawn'])), name='outside_state_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='outsidetraining',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='outside_ends_after_it_starts', violation_error_message='The end must come after the start.'),
        ),
        migrations.AddConstraint(
            model_name='outsidetraining',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['rejected', 'withdrawn']), _negated=True), fields=('person', 'provider_folded', 'certificate_no'), name='outside_evidence_once', violation_error_message='This evidence has already been submitted.'),
        ),
        migrations.AddConstraint(
            model_name='outsidetraining',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('submitted_by')), _negated=True), _connector='OR'), name='outside_is_decided_by_another', violation_error_message='Another person must decide on what you submitted.'),
        ),
        migrations.AddConstraint(
            model_name='outsidetraining',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'rejected']), ('decided_at__isnull', False)), models.Q(models.Q(('state__in', ['accepted', 'rejected']), _negated=True), models.Q(('decided_at__isnull', False), _negated=True)), _connector='OR'), name='outside_decision_is_dated', violation_error_message='A decision has a date.'),
        ),
        migrations.AddConstraint(
            model_name='prerequisite',
            constraint=models.UniqueConstraint(fields=('course', 'needs'), name='prerequisite_once', violation_error_message='This prerequisite is already set.'),
        ),
        migrations.AddConstraint(
            model_name='prerequisite',
            constraint=models.CheckConstraint(condition=models.Q(('course', models.F('needs')), _negated=True), name='prerequisite_is_another_course', violation_error_message='A course cannot require itself.'),
        ),
        migrations.AddConstraint(
            model_name='progress',
            constraint=models.UniqueConstraint(fields=('enrolment', 'lesson'), name='progress_once_per_lesson', violation_error_message='Progress in this lesson is already kept.'),
        ),
        migrations.AddIndex(
            model_name='slot',
            index=models.Index(fields=['question', 'attempt'], name='courses_slo_questio_8327f4_idx'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.UniqueConstraint(fields=('attempt', 'position'), name='slot_position_once', violation_error_message='Two questions cannot stand in the same place.'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.UniqueConstraint(fields=('attempt', 'question'), name='slot_question_once', violation_error_message='The attempt already asks this question.'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(('points__isnull', True), ('points__lte', models.F('points_possible')), _connector='OR'), name='slot_points_stay_within_the_possible', violation_error_message='A question cannot earn more points than it has.'),
        ),
        migrations.AddConstraint(
            model_name='questionversion',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'ready'])), name='question_version_state_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='questionversion',
            constraint=models.CheckConstraint(condition=models.Q(('type__in', ['single', 'multiple', 'true_false', 'matching', 'ordering', 'short_text', 'numeric', 'essay'])), name='question_version_type_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='questionversion',
            constraint=models.CheckConstraint(condition=models.Q(('stem_format__in', ['plain', 'markdown', 'html'])), name='question_version_format_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='questionversion',
            constraint=models.CheckConstraint(condition=models.Q(('difficulty__isnull', True), models.Q(('difficulty__gte', 1), ('difficulty__lte', 5)), _connector='OR'), name='question_difficulty_is_one_to_five', violation_error_message='This number is outside its range.'),
        ),
        migrations.AddConstraint(
            model_name='questionversion',
            constraint=models.UniqueConstraint(fields=('question', 'number'), name='question_version_number_once', violation_error_message='This version exists already.'),
        ),
        migrations.AddConstraint(
            model_name='questionversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('question',), name='question_has_one_draft', violation_error_message='The question already has a draft.'),
        ),
        migrations.AddConstraint(
            model_name='quiz',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['practice', 'graded'])), name='quiz_kind_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='quiz',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published'])), name='quiz_state_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='quiz',
            constraint=models.CheckConstraint(condition=models.Q(('counting__in', ['best', 'last', 'average'])), name='quiz_counting_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='quiz',
            constraint=models.CheckConstraint(condition=models.Q(('pass_percent__isnull', True), models.Q(('pass_percent__gte', 0), ('pass_percent__lte', 100)), _connector='OR'), name='quiz_pass_mark_is_a_percentage', violation_error_message='This number is outside its range.'),
        ),
        migrations.AddConstraint(
            model_name='quiz',
            constraint=models.CheckConstraint(condition=models.Q(('limit_minutes__isnull', True), models.Q(('limit_minutes__gte', 1), ('limit_minutes__lte', 600)), _connector='OR'), name='quiz_limit_is_plausible', violation_error_message='This number is outside its range.'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(fields=['state', 'grace_until'], name='courses_att_state_4c283e_idx'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'submitted', 'graded', 'voided'])), name='attempt_state_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(('closed_by__in', ['', 'person', 'clock', 'trainer'])), name='attempt_closed_by_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(('pass_percent__isnull', True), models.Q(('pass_percent__gte', 0), ('pass_percent__lte', 100)), _connector='OR'), name='attempt_pass_mark_is_a_percentage', violation_error_message='This number is outside its range.'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(fields=('enrolment', 'quiz', 'number'), name='attempt_number_once', violation_error_message='This attempt exists already.'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('enrolment', 'quiz'), name='attempt_open_once', violation_error_message='An attempt at this quiz is already open.'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'open'), ('closed_at__isnull', True)), models.Q(models.Q(('state', 'open'), _negated=True), models.Q(('closed_at__isnull', True), _negated=True)), _connector='OR'), name='attempt_is_dated_when_closed', violation_error_message='A closed attempt has the time of its closing.'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deadline_at__isnull', True), ('grace_until__isnull', True)), models.Q(models.Q(('deadline_at__isnull', True), _negated=True), models.Q(('grace_until__isnull', True), _negated=True)), _connector='OR'), name='attempt_has_grace_after_its_deadline', violation_error_message='A deadline has its seconds of grace.'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'graded'), _negated=True), ('points__isnull', False), _connector='OR'), name='attempt_graded_has_points', violation_error_message='A graded attempt has points.'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(('points__isnull', True), ('points__lte', models.F('points_possible')), _connector='OR'), name='attempt_points_stay_within_the_possible', violation_error_message='An attempt cannot earn more points than there are.'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'voided'), _negated=True), models.Q(('void_reason', ''), _negated=True), _connector='OR'), name='attempt_is_voided_with_a_reason', violation_error_message='Say why the attempt is void.'),
        ),
        migrations.AddConstraint(
            model_name='quizsection',
            constraint=models.UniqueConstraint(fields=('quiz', 'position'), name='quiz_section_position_once', violation_error_message='Two sections cannot stand in the same place.'),
        ),
        migrations.AddConstraint(
            model_name='quizsection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('category__isnull', False), ('draw_count__isnull', False)), models.Q(models.Q(('category__isnull', False), _negated=True), models.Q(('draw_count__isnull', False), _negated=True)), _connector='OR'), name='quiz_section_draws_from_a_category', violation_error_message='A drawn section names its category and how many questions it draws.'),
        ),
        migrations.AddConstraint(
            model_name='quizsection',
            constraint=models.CheckConstraint(condition=models.Q(('draw_count__isnull', True), models.Q(('draw_count__gte', 1), ('draw_count__lte', 500)), _connector='OR'), name='quiz_section_draws_something', violation_error_message='This number is outside its range.'),
        ),
        migrations.AddConstraint(
            model_name='quizquestion',
            constraint=models.UniqueConstraint(fields=('section', 'position'), name='quiz_question_position_once', violation_error_message='Two questions cannot stand in the same place.'),
        ),
        migrations.AddConstraint(
            model_name='quizquestion',
            constraint=models.UniqueConstraint(fields=('section', 'question'), name='quiz_question_once', violation_error_message='The section already asks this question.'),
        ),
        migrations.AddConstraint(
            model_name='requiredcourse',
            constraint=models.UniqueConstraint(fields=('requirement', 'course'), name='required_course_once', violation_error_message='The requirement already names this course.'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'sent', 'returned', 'approved'])), name='reply_state_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.UniqueConstraint(fields=('round', 'agency'), name='reply_once_per_agency', violation_error_message='This agency has already replied.'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['state', 'ends_on'], name='courses_run_state_2586f0_idx'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'open', 'running', 'ended', 'closed', 'cancelled'])), name='run_state_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('entry__in', ['open', 'approval', 'nomination'])), name='run_entry_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='run_ends_after_it_starts', violation_error_message='The end must come after the start.'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('attendance_percent__isnull', True), models.Q(('attendance_percent__gte', 0), ('attendance_percent__lte', 100)), _connector='OR'), name='run_attendance_is_a_percentage', violation_error_message='This number is outside its range.'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('study_periods__isnull', True), models.Q(('study_periods__gte', 1), ('study_periods__lte', 1000)), _connector='OR'), name='run_has_study_periods', violation_error_message='This number is outside its range.'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.UniqueConstraint(fields=('course', 'year', 'number'), name='run_number_once_a_year', violation_error_message='The course already has a run with this number.'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('pool_seats__isnull', True), ('pool_taken__lte', models.F('pool_seats')), _connector='OR'), name='run_pool_is_never_oversold', violation_error_message='There are fewer seats than people who have one.'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('seats__isnull', True), ('pool_seats__isnull', True)), models.Q(models.Q(('seats__isnull', True), _negated=True), models.Q(('pool_seats__isnull', True), _negated=True)), _connector='OR'), name='run_with_a_limit_says_how_many_seats_are_open', violation_error_message='A run with a number of seats says how many of them are open to all.'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'cancelled'), _negated=True), models.Q(('cancel_reason', ''), _negated=True), _connector='OR'), name='run_is_cancelled_with_a_reason', violation_error_message='Say why the run is cancelled.'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('opens_at__isnull', True), ('closes_at__isnull', True), ('closes_at__gt', models.F('opens_at')), _connector='OR'), name='round_closes_after_it_opens', violation_error_message='The end must come after the start.'),
        ),
        migrations.AddConstraint(
            model_name='quota',
            constraint=models.UniqueConstraint(fields=('run', 'agency'), name='quota_once_per_agency', violation_error_message='This agency already has a quota.'),
        ),
        migrations.AddConstraint(
            model_name='quota',
            constraint=models.CheckConstraint(condition=models.Q(('taken__lte', models.F('seats'))), name='quota_is_never_oversold', violation_error_message='There are fewer seats than people who have one.'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.UniqueConstraint(fields=('run', 'name'), name='place_name_once_in_a_run', violation_error_message='The run already has a place with this name.'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('seats__isnull', True), ('taken__lte', models.F('seats')), _connector='OR'), name='place_is_never_oversold', violation_error_message='There are fewer seats than people who have one.'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.CheckConstraint(condition=models.Q(('opens_at__isnull', True), ('closes_at__isnull', True), ('closes_at__gt', models.F('opens_at')), _connector='OR'), name='override_closes_after_it_opens', violation_error_message='The end must come after the start.'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.CheckConstraint(condition=models.Q(('enrolment__isnull', True), ('agency__isnull', True), _connector='OR'), name='override_is_for_a_person_or_an_agency', violation_error_message='An exception is for one person or for one agency.'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='override_has_a_reason', violation_error_message='Say why.'),
        ),
        migrations.AddIndex(
            model_name='enrolment',
            index=models.Index(fields=['person', 'state'], name='courses_enr_person__13db5f_idx'),
        ),
        migrations.AddIndex(
            model_name='enrolment',
            index=models.Index(fields=['run', 'state'], name='courses_enr_run_id_02bd75_idx'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['requested', 'nominated', 'waiting', 'offered', 'enrolled', 'rejected', 'withdrawn', 'lapsed', 'cancelled'])), name='enrolment_state_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.CheckConstraint(condition=models.Q(('origin__in', ['self', 'nomination', 'department', 'walk_in'])), name='enrolment_origin_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.CheckConstraint(condition=models.Q(('seat__in', ['none', 'quota', 'pool', 'unlimited'])), name='enrolment_seat_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('requested', 'nominated', 'waiting', 'offered', 'enrolled'))), fields=('run', 'person'), name='enrolment_once_per_run', violation_error_message='This person is already in this run.'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('seat', 'none'), models.Q(('state__in', ('nominated', 'offered', 'enrolled')), _negated=True)), models.Q(models.Q(('seat', 'none'), _negated=True), ('state__in', ('nominated', 'offered', 'enrolled'))), _connector='OR'), name='enrolment_has_a_seat_while_it_needs_one', violation_error_message='Nominated, offered and enrolled people have a seat; others do not.'),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['rejected', 'withdrawn', 'cancelled']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='enrolment_ends_with_a_reason', violation_error_message='Say why.'),
        ),
        migrations.AddConstraint(
            model_name='runquiz',
            constraint=models.CheckConstraint(condition=models.Q(('opens_at__isnull', True), ('closes_at__isnull', True), ('closes_at__gt', models.F('opens_at')), _connector='OR'), name='run_quiz_closes_after_it_opens', violation_error_message='The end must come after the start.'),
        ),
        migrations.AddConstraint(
            model_name='runquiz',
            constraint=models.UniqueConstraint(fields=('run', 'quiz'), name='run_quiz_once', violation_error_message='The run already has this quiz.'),
        ),
        migrations.AddConstraint(
            model_name='runtrainer',
            constraint=models.UniqueConstraint(fields=('run', 'user'), name='run_trainer_once', violation_error_message='This trainer already teaches the run.'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['room', 'online', 'hybrid'])), name='session_kind_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('walk_ins__in', ['refuse', 'ask', 'accept'])), name='session_walk_ins_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('starts_at__isnull', True), ('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='session_ends_after_it_starts', violation_error_message='The end must come after the start.'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('pulse_count__isnull', True), models.Q(('pulse_count__gte', 0), ('pulse_count__lte', 3)), _connector='OR'), name='session_has_at_most_three_pulses', violation_error_message='This number is outside its range.'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('study_periods__isnull', True), models.Q(('study_periods__gte', 0), ('study_periods__lte', 20)), _connector='OR'), name='session_study_periods_are_plausible', violation_error_message='This number is outside its range.'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.UniqueConstraint(fields=('run', 'number'), name='session_number_once_in_a_run', violation_error_message='The run already has a session with this number.'),
        ),
        migrations.AddConstraint(
            model_name='pulse',
            constraint=models.CheckConstraint(condition=models.Q(('opens_at__isnull', True), ('closes_at__isnull', True), ('closes_at__gt', models.F('opens_at')), _connector='OR'), name='pulse_closes_after_it_opens', violation_error_message='The end must come after the start.'),
        ),
        migrations.AddIndex(
            model_name='attendanceevent',
            index=models.Index(fields=['session', 'enrolment', 'at'], name='courses_att_session_0758af_idx'),
        ),
        migrations.AddConstraint(
            model_name='attendanceevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['in', 'out', 'pulse', 'mark', 'annul'])), name='attendance_event_kind_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='attendanceevent',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['', 'present', 'late', 'left_early', 'excused', 'absent'])), name='attendance_event_status_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='attendanceevent',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['live_code', 'pin', 'personal_qr', 'staff', 'sheet', 'import', 'leave'])), name='attendance_event_source_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='attendanceevent',
            constraint=models.CheckConstraint(condition=models.Q(('result__in', ['accepted', 'duplicate', 'refused', 'conflict'])), name='attendance_event_result_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='attendanceevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'mark'), models.Q(('status', ''), _negated=True)), models.Q(models.Q(('kind', 'mark'), _negated=True), ('status', '')), _connector='OR'), name='attendance_mark_has_a_status', violation_error_message='A mark says present, late, left early or absent; a scan does not.'),
        ),
        migrations.AddConstraint(
            model_name='attendanceevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'annul'), ('target__isnull', False)), models.Q(models.Q(('kind', 'annul'), _negated=True), models.Q(('target__isnull', False), _negated=True)), _connector='OR'), name='attendance_annulment_names_its_event', violation_error_message='An annulment names the event that it annuls.'),
        ),
        migrations.AddConstraint(
            model_name='attendanceevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('result', 'accepted'), _negated=True), ('enrolment__isnull', False), _connector='OR'), name='attendance_accepted_names_the_enrolment', violation_error_message='An accepted event belongs to somebody.'),
        ),
        migrations.AddConstraint(
            model_name='attendanceevent',
            constraint=models.UniqueConstraint(condition=models.Q(('device__isnull', False)), fields=('device', 'seq'), name='attendance_device_seq_once', violation_error_message='This device has already sent an event with this number.'),
        ),
        migrations.AddConstraint(
            model_name='attendanceevent',
            constraint=models.UniqueConstraint(condition=models.Q(('result', 'accepted'), models.Q(('ticket', ''), _negated=True)), fields=('ticket',), name='attendance_ticket_used_once', violation_error_message='This ticket has already been used.'),
        ),
        migrations.AddIndex(
            model_name='attendance',
            index=models.Index(fields=['enrolment', 'session'], name='courses_att_enrolme_0b0075_idx'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['', 'present', 'late', 'left_early', 'excused', 'absent'])), name='attendance_status_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(fields=('session', 'enrolment'), name='attendance_once_per_session', violation_error_message='Attendance at this session is already kept.'),
        ),
        migrations.AddConstraint(
            model_name='sessionplace',
            constraint=models.UniqueConstraint(fields=('session', 'place'), name='session_place_once', violation_error_message='The session is already held in this place.'),
        ),
        migrations.AddConstraint(
            model_name='waiver',
            constraint=models.UniqueConstraint(condition=models.Q(('voided_at__isnull', True)), fields=('person', 'requirement', 'period'), name='waiver_once', violation_error_message='This person is already excused.'),
        ),
        migrations.AddConstraint(
            model_name='waiver',
            constraint=models.CheckConstraint(condition=models.Q(('ground', ''), _negated=True), name='waiver_has_a_ground', violation_error_message='Say why.'),
        ),
        migrations.AddConstraint(
            model_name='walkin',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'matched', 'rejected'])), name='walk_in_state_is_known', violation_error_message='This value is not one of the choices.'),
        ),
        migrations.AddConstraint(
            model_name='walkin',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'matched'), ('enrolment__isnull', False)), models.Q(models.Q(('state', 'matched'), _negated=True), models.Q(('enrolment__isnull', False), _negated=True)), _connector='OR'), name='walk_in_matched_names_the_enrolment', violation_error_message='A matched walk-in belongs to somebody.'),
        ),
    ]
