import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(max_length=64)),
                ('action', models.CharField(max_length=80)),
                ('object_kind', models.CharField(max_length=40)),
                ('object_id', models.CharField(max_length=80)),
                ('subject', models.CharField(blank=True, max_length=64)),
                ('agency', models.CharField(blank=True, max_length=64)),
                ('data', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('request_id', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['object_kind', 'object_id', 'at'], name='event_by_object'), models.Index(fields=['subject', 'at'], name='event_by_subject'), models.Index(fields=['agency', 'at'], name='event_by_agency'), models.Index(fields=['at'], name='event_by_time')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('actor', ''), _negated=True), models.Q(('action', ''), _negated=True), models.Q(('object_kind', ''), _negated=True)), name='event_says_who_did_what_to_what')],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('count', models.PositiveIntegerField()),
                ('root', models.CharField(max_length=64, unique=True)),
                ('previous_root', models.CharField(max_length=64, unique=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('count__gt', 0)), name='seal_holds_something')],
            },
        ),
        migrations.CreateModel(
            name='SealedEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('late', models.BooleanField(default=False)),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sealed', to='audit.event')),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='audit.seal')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('seal', 'position'), name='sealed_event_has_its_place')],
            },
        ),
    ]
