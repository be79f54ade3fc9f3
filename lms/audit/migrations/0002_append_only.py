from django.db import migrations

from lms.audit.triggers import refuse_changes


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [refuse_changes("audit_event"), refuse_changes("audit_seal"), refuse_changes("audit_sealedevent")]
