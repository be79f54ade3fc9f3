"""The sources of the holidays that every installation began with are said in Vietnamese. Rows that somebody wrote stay."""

from django.db import migrations

VIETNAMESE = {
    "Labour Code 2019, Article 112": "Bộ luật Lao động 2019, Điều 112",
    "to be checked against the yearly announcement": "cần đối chiếu với thông báo hằng năm",
}


def say(pairs):
    def told(apps, schema_editor):
        holidays = apps.get_model("plan", "Holiday").objects.using(schema_editor.connection.alias)
        for old, new in pairs:
            holidays.filter(source=old).update(source=new)

    return told


class Migration(migrations.Migration):

    dependencies = [("plan", "0007_requirements_as_known")]

    operations = [
        migrations.RunPython(say(VIETNAMESE.items()), say([(new, old) for old, new in VIETNAMESE.items()])),
    ]
