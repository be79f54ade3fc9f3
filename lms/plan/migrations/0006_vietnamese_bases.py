"""The bases of the settings that every installation began with are said in Vietnamese. Rows that somebody wrote stay."""

from django.db import migrations

VIETNAMESE = {
    "Department's default; a course under Circular 03/2023/TT-BNV asks for 100":
        "Mặc định của cơ quan chủ trì; khóa theo Thông tư 03/2023/TT-BNV yêu cầu 100",
    "Circular 03/2023/TT-BNV; in force after Decree 171/2025?":
        "Thông tư 03/2023/TT-BNV; cần rà soát hiệu lực sau Nghị định 171/2025/NĐ-CP",
    "Circular 03/2023/TT-BNV":
        "Thông tư 03/2023/TT-BNV",
    "Decree 09/2019/ND-CP, reporting periods":
        "Nghị định 09/2019/NĐ-CP, quy định về kỳ báo cáo",
    "Circular 03/2023/TT-BNV, Article 5":
        "Thông tư 03/2023/TT-BNV, Điều 5",
    "First press cards from 1/1/2027 need the minister's programme; never claim it":
        "Từ 01/01/2027, cấp thẻ nhà báo lần đầu cần khóa theo chương trình do bộ trưởng ban hành; không tự công nhận",
    "Needs an approved connection":
        "Cần được chấp thuận kết nối",
}


def say(pairs):
    def told(apps, schema_editor):
        settings = apps.get_model("plan", "LegalSetting").objects.using(schema_editor.connection.alias)
        for old, new in pairs:
            settings.filter(basis=old).update(basis=new)

    return told


class Migration(migrations.Migration):

    dependencies = [("plan", "0005_party_member")]

    operations = [
        migrations.RunPython(say(VIETNAMESE.items()), say([(new, old) for old, new in VIETNAMESE.items()])),
    ]
