"""Other people's programs on our files: PDFBox Preflight, qpdf, poppler, a QR reader on a raster image."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf

from certificates.engine.printing import print_file
from certificates.engine.render import render
from tests.certificates.engine_samples import AT, CODE, frozen, snapshot
from tests.certificates.test_engine_pdf import BARE, LONG

pytestmark = pytest.mark.services

JAVA = "default-jre-headless libpdfbox2-java libcommons-logging-java libjaxb-api-java libactivation-java"
PACKAGES = f"{JAVA} qpdf poppler-utils"
JARS = ("pdfbox2", "preflight", "xmpbox", "fontbox2", "commons-logging", "jaxb-api", "javax.activation")
CASES: dict[str, dict[str, object]] = {"plain": {}, "long": LONG, "bare": BARE, "demo": {"demo": True}}


def run(*command: str) -> str:
    """The output of a program, which must be there and must be content."""
    if not shutil.which(command[0]):
        pytest.fail(f"{command[0]} is not installed; these tests need the Debian packages {PACKAGES}")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every case as original and as view copy."""
    where = tmp_path_factory.mktemp("certificates")
    for name, changes in CASES.items():
        for copy in ("original", "view"):
            pdf = render(frozen(), snapshot(**changes), issued_at=AT, copy=copy)
            (where / f"{name}-{copy}.pdf").write_bytes(pdf)
    return where


def valid_files(folder: Path) -> int:
    """How many files of the folder are PDF/A-1b; fails if one is not."""
    jars = [f"/usr/share/java/{name}.jar" for name in JARS]
    absent = [jar for jar in jars if not Path(jar).exists()]
    if absent:
        pytest.fail(f"missing {', '.join(absent)}; these tests need the Debian packages {PACKAGES}")
    out = run("java", "-cp", ":".join(jars), "org.apache.pdfbox.preflight.Validator_A1b", "batch", str(folder))
    return out.count("is a valid PDF/A-1b file")


def signer() -> SimpleSigner:
    """A key of no authority, made for this test."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test")])
    paper = x509.CertificateBuilder(name, name, key.public_key(), 1, AT - timedelta(days=1), AT + timedelta(days=9000))
    usage = x509.KeyUsage(True, True, *[False] * 7)
    certificate = paper.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    bag = pkcs12.serialize_key_and_certificates(b"test", key, certificate, None, NoEncryption())
    found = SimpleSigner.load_pkcs12_data(bag, other_certs=[])
    assert isinstance(found, SimpleSigner)
    return found


def test_preflight_finds_pdf_a_1b(folder: Path) -> None:
    assert valid_files(folder) == 2 * len(CASES)


def test_a_signature_fits_into_the_field_and_the_file_stays_pdf_a(tmp_path: Path) -> None:
    pdf = render(frozen(), snapshot(), issued_at=AT)
    about = PdfSignatureMetadata(
        field_name="Sig1", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES, subfilter=SigSeedSubFilter.PADES
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signed = sign_pdf(writer, about, signer=signer(), bytes_reserved=8192, existing_fields_only=True).getvalue()
    assert signed.startswith(pdf)
    assert len(signed) <= 85 * 1024
    (tmp_path / "signed.pdf").write_bytes(signed)
    assert valid_files(tmp_path) == 1
    facts = run("pdfsig", "-nocert", str(tmp_path / "signed.pdf"))
    assert "Total document signed" in facts
    assert "Signature is Valid." in facts


@pytest.mark.parametrize("name", CASES)
def test_qpdf_finds_no_error(folder: Path, name: str) -> None:
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", str(folder / f"{name}-view.pdf"))


def test_a_screen_reader_meets_the_paper_in_order(folder: Path) -> None:
    tree = run("pdfinfo", "-struct-text", str(folder / "plain-view.pdf"))
    spoken = [line.strip().strip('"') for line in tree.splitlines() if line.strip().startswith('"')]
    assert [text for text in spoken if text] == [
        "ỦY BAN NHÂN DÂN TỈNH BÌNH THUẬN",
        "SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "GIẤY CHỨNG NHẬN",
        "Chứng nhận Ông/Bà",
        "Nguyễn Thị Phượng",
        "Ngày sinh: 05/02/1990",
        "Chức vụ: Phóng viên  ·  Đơn vị công tác: Báo Bình Thuận",
        "Đã hoàn thành khóa bồi dưỡng, tập huấn",
        "Kỹ năng truyền thông chính sách trên nền tảng số cho phóng viên, biên tập viên",
        "Thời lượng: 24 tiết  ·  Thời gian: từ ngày 02 tháng 3 đến ngày 05 tháng 3 năm 2026",
        "Hình thức: Trực tiếp  ·  Kết quả: Đạt loại Khá",
        "Theo Quyết định số 12/QĐ-SVHTTDL ngày 27/02/2026",
        "Bình Thuận, ngày 05 tháng 3 năm 2026",
        "KT. GIÁM ĐỐC",
        "PHÓ GIÁM ĐỐC",
        "Trần Văn An",
        "Số vào sổ: 05/2026",
        "Mã tra cứu: 7K2M-Q9XT-4B0H-W3ZC-Z",
        "Tra cứu tại: taphuan.example.vn/c",
        f"BẢN CHƯA KÝ – tra cứu tại taphuan.example.vn/c/{CODE}",
    ]


@pytest.mark.parametrize("dots", [72, 150, 200])
@pytest.mark.parametrize("name", CASES)
def test_a_phone_reads_the_code(folder: Path, name: str, dots: int) -> None:
    page = folder / f"{name}-{dots}"
    run("pdftoppm", "-r", str(dots), "-gray", "-png", "-singlefile", str(folder / f"{name}-view.pdf"), str(page))
    with Image.open(page.with_suffix(".png")) as picture:
        found = zxingcpp.read_barcodes(picture)
    assert [barcode.text for barcode in found] == [f"HTTPS://TAPHUAN.EXAMPLE.VN/C/{CODE}"]


def test_all_fonts_are_embedded_subsets(folder: Path) -> None:
    rows = run("pdffonts", str(folder / "plain-view.pdf")).splitlines()[2:]
    assert len(rows) == 3
    assert all("BeVietnamPro" in row and row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)


def test_a_print_file_is_sound(folder: Path, tmp_path: Path) -> None:
    made = [snapshot(number=number) for number in range(1, 41)]
    target = tmp_path / "in.pdf"
    target.write_bytes(b"".join(print_file(frozen(), made, printed_at=AT)))
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", str(target))
    assert "Pages:           40" in run("pdfinfo", str(target))
    assert "Số vào sổ: 40/2026" in run("pdftotext", "-f", "40", str(target), "-")
