"""Signed files: one in force, their rows frozen but for the withdrawal; and who signs for an issuer."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from lms.audit.triggers import refuse_changes


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0004_custody_and_search'),
        ('people', '0007_unit_groups_as_known'),
    ]

    operations = [
        migrations.CreateModel(
            name='Signatory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('fingerprint', models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('^[0-9a-f]{64}\\Z')], verbose_name='SHA-256 of the certificate')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
            ],
            options={
                'verbose_name': 'signatory',
                'verbose_name_plural': 'signatories',
            },
        ),
        migrations.AddConstraint(
            model_name='certificatefile',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'signed'), ('withdrawn_at__isnull', True)), fields=('certificate',), name='certificate_signed_file_in_force_once', violation_error_message='A signed file of this certificate is in force.'),
        ),
        migrations.AddField(
            model_name='signatory',
            name='issuer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatories', to='people.agency'),
        ),
        migrations.AddConstraint(
            model_name='signatory',
            constraint=models.UniqueConstraint(fields=('issuer', 'fingerprint'), name='signatory_once_per_issuer', violation_error_message="This certificate is on the issuer's list already."),
        ),
        migrations.AddConstraint(
            model_name='signatory',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='signatory_ends_after_it_starts', violation_error_message='The end must come after the start.'),
        ),
        refuse_changes("certificates_certificatefile", except_columns=["withdrawn_at"]),
    ]
