"""Books are closed and handed over, blanks are used once, the printed name is searched, a lost one is answered."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
import lms.vietnamese.fields
from django.conf import settings
from django.db import migrations, models

from lms.audit.triggers import refuse_changes
from lms.vietnamese.text import clean, fold

CHUNK = 500


def fold_printed_names(apps: Any, schema_editor: Any) -> None:
    """The name of each line as it is printed: later lines fill theirs when they are written."""
    rows = apps.get_model("certificates", "Certificate").objects.using(schema_editor.connection.alias)
    order = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(order), CHUNK):
        lines = list(rows.filter(pk__in=order[start : start + CHUNK]).only("pk", "snapshot"))
        for line in lines:
            name = line.snapshot.get("person", "") if isinstance(line.snapshot, dict) else ""
            rows.filter(pk=line.pk).update(name_folded=fold(clean(name))[:300])


class Migration(migrations.Migration):

    dependencies: ClassVar = [
        ('certificates', '0003_coverage_indexes'),
        ('courses', '0009_completion_of_whom'),
        ('people', '0006_roster_by_person'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name='certificate',
            name='name_folded',
            field=lms.vietnamese.fields.FoldedField(blank=True, default='', editable=False, max_length=300, source='printed_name'),
        ),
        migrations.AddField(
            model_name='lossrequest',
            name='answer',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='lossrequest',
            name='decided_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='lossrequest',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='series',
            name='close_reason',
            field=models.CharField(blank=True, max_length=300, verbose_name='reason'),
        ),
        migrations.AddField(
            model_name='series',
            name='custodian',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='kept_series', to='people.agency'),
        ),
        migrations.AddField(
            model_name='series',
            name='custody_basis',
            field=models.CharField(blank=True, max_length=300, verbose_name='legal basis'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'void'), _negated=True), models.Q(models.Q(('reason', ''), _negated=True), ('delivered_on__isnull', True)), _connector='OR'), name='certificate_is_void_before_it_is_handed_over', violation_error_message='Only what was not handed over is void, and a reason says why.'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('delivered_on__isnull', False), models.Q(('received_by', ''), _negated=True)), models.Q(models.Q(('delivered_on__isnull', False), _negated=True), ('received_by', '')), _connector='OR'), name='certificate_is_handed_to_somebody', violation_error_message='The day of handing over stands with who received it.'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(('blank_no', ''), _negated=True), fields=('series', 'blank_no'), name='certificate_blank_once', violation_error_message='This blank number is already used.'),
        ),
        migrations.AddConstraint(
            model_name='lossrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'open'), ('decided_at__isnull', True)), models.Q(models.Q(('state', 'open'), _negated=True), models.Q(('decided_at__isnull', True), _negated=True)), _connector='OR'), name='loss_request_is_dated_when_decided', violation_error_message='A decision has a date.'),
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('custodian__isnull', False), models.Q(('custody_basis', ''), _negated=True)), models.Q(models.Q(('custodian__isnull', False), _negated=True), ('custody_basis', '')), _connector='OR'), name='series_is_handed_over_by_a_legal_basis', violation_error_message='A custodian is named together with the legal basis.'),
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.CheckConstraint(condition=models.Q(('custodian__isnull', True), ('closed_on__isnull', False), _connector='OR'), name='series_is_handed_over_closed', violation_error_message='Only a closed series is handed over.'),
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.CheckConstraint(condition=models.Q(('custodian__isnull', True), models.Q(('custodian', models.F('issuer')), _negated=True), _connector='OR'), name='series_goes_to_another_custodian', violation_error_message='The custodian is another agency than the issuer.'),
        ),
        migrations.RunPython(fold_printed_names, migrations.RunPython.noop),
        # SQLite rebuilt these tables and lost their triggers; the new columns are guarded as well.
        refuse_changes(
            "certificates_certificate",
            except_columns=[
                "state", "ground", "reason", "decision_no", "decision_on", "state_on", "state_at",
                "blank_no", "delivered_on", "received_by",
            ],
        ),
        refuse_changes("certificates_certificate", ["UPDATE"], when="OLD.state <> 'valid' AND NEW.state <> OLD.state", name="final"),
        refuse_changes(
            "certificates_series",
            except_columns=["next_number", "closed_on", "close_reason", "custodian_id", "custody_basis"],
        ),
        refuse_changes("certificates_series", ["UPDATE"], when="NEW.next_number < OLD.next_number", name="counting"),
        refuse_changes(
            "certificates_series", ["UPDATE"], when="OLD.closed_on IS NOT NULL AND NEW.closed_on IS NULL", name="closed"
        ),
    ]
