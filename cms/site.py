"""The pages every installation begins with: front page, catalogue, help, privacy notice."""

from __future__ import annotations

from django.contrib.auth.models import Group
from wagtail.models import Collection, Page, Site, Task, Workflow

from cms.access import make_role_groups
from cms.models import CatalogPage, HomePage, InfoPage
from cms.reviewing import make_workflow

HELP = """
<h2>Học viên</h2>
<p>Đăng nhập bằng thư điện tử hoặc tên đăng nhập do cơ quan cấp. Trang «Việc của tôi» cho biết bước tiếp theo.
Câu trả lời trong bài kiểm tra được lưu ngay; chữ «Đã lưu» chỉ hiện khi máy chủ đã ghi.</p>
<h2>Đầu mối của cơ quan, đơn vị</h2>
<p>Trang «Cơ quan» dùng để lập danh sách người thuộc diện bồi dưỡng, cử người đi học và xem kết quả của đơn vị.</p>
<h2>Tra cứu giấy chứng nhận</h2>
<p>Nhập mã in trên giấy hoặc quét mã QR. Ai cũng tra cứu được, không cần tài khoản.</p>
"""
PRIVACY = """
<p>Hệ thống chỉ giữ những thông tin cần cho việc bồi dưỡng: họ và tên, ngày sinh, chức vụ, đơn vị công tác,
cách liên hệ, kết quả học tập, điểm danh và giấy chứng nhận. Không thu thập vị trí, khuôn mặt, ảnh giấy tờ tùy thân;
không theo dõi việc bấm, cuộn hay xem trang.</p>
<p>Trang tra cứu giấy chứng nhận không cho biết ngày sinh, đơn vị hay điểm số, và che bớt họ tên.</p>
"""


def make_site(hostname: str, port: int) -> HomePage:
    """Make what is missing and give the site its name; pages that exist stay as they were written. Idempotent."""
    home = HomePage.objects.first() or _first_home()
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": hostname, "port": port, "root_page": home, "site_name": "Tập Huấn"}
    )
    for page in (
        CatalogPage(
            title="Khóa học", slug="khoa-hoc", lead="Các khóa bồi dưỡng, tập huấn về truyền thông chính sách.",
            show_in_menus=True,
        ),
        InfoPage(title="Hướng dẫn", slug="huong-dan", body=HELP, show_in_menus=True),
        InfoPage(title="Quyền riêng tư", slug="quyen-rieng-tu", body=PRIVACY),
    ):  # fmt: skip
        if not home.get_children().filter(slug=page.slug).exists():
            home.add_child(instance=page)
    make_role_groups()
    make_workflow(CatalogPage.objects.get())
    _name_what_wagtail_made()
    return home


def _name_what_wagtail_made() -> None:
    """The English names in the rows of Wagtail's own migrations; a name that somebody has given stays."""
    Page.objects.filter(depth=1, title="Root").update(title="Gốc", draft_title="Gốc")
    Collection.objects.filter(depth=1, name="Root").update(name="Kho chung")
    for name, vietnamese in (("Moderators", "Người duyệt"), ("Editors", "Người biên tập")):
        Group.objects.filter(name=name).update(name=vietnamese)
    for rows in (Workflow.objects, Task.objects):
        rows.filter(name="Moderators approval").update(name="Duyệt nội dung")


def _first_home() -> HomePage:
    """The front page in the place of Wagtail's welcome page."""
    root = Page.get_first_root_node()
    home = HomePage(
        title="Bồi dưỡng, tập huấn truyền thông chính sách",
        slug="trang-dau",
        lead="Học trên điện thoại, làm bài không mất câu trả lời, nhận giấy chứng nhận tra cứu được; mỗi giấy được "
        "tính vào kết quả thực hiện kế hoạch của từng cơ quan, đơn vị.",
    )
    root.add_child(instance=home)
    Site.objects.filter(is_default_site=True).update(root_page=home)
    root.get_children().exclude(pk=home.pk).filter(slug="home", depth=2).delete()
    return home
