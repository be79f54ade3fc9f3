"""Signatures: what goes out, what comes back, and what is refused (Part 3.3)."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from certificates.models import Certificate, CertificateFile, Ground, Series, Signatory, Signing
from certificates.proving import prove
from certificates.signing import store
from certificates.signing.accepting import accept, hand_out
from certificates.signing.batches import check_archive, receive, unsigned, write_batch
from certificates.signing.inspection import inspect
from certificates.signing.signers import signer_for
from certificates.signing_jobs import EXPORT, HERE, IMPORT, ask
from lms.audit.models import Event
from lms.jobs.running import work
from lms.refusal import Refused
from tests.certificates.pdf_checker import problems
from tests.make import certificates as make
from tests.make import courses

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def key_file(tmp_path_factory) -> Path:
    """A key of no authority, made once, and its certificate as a root."""
    folder = tmp_path_factory.mktemp("key")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nguyễn Văn Mẫu")])
    start = make.NOW - timedelta(days=400)
    paper = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=9000))
    paper = paper.add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True)
    certificate = paper.sign(key, hashes.SHA256())
    bag = serialization.pkcs12.serialize_key_and_certificates(
        b"test", key, certificate, None, serialization.BestAvailableEncryption(b"mat-khau")
    )
    (folder / "key.p12").write_bytes(bag)
    (folder / "roots.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return folder / "key.p12"


@pytest.fixture(autouse=True)
def place(settings, tmp_path, key_file):
    settings.PRIVATE_ROOT = tmp_path
    settings.SIGNING_TEST_KEY, settings.SIGNING_TEST_PASSWORD = str(key_file), "mat-khau"
    return tmp_path


def issued(*names: str, signing: str = Signing.EXTERNAL) -> list[Certificate]:
    run = make.completed_run(*names)
    Series.objects.create(issuer=run.issuer, code="GCN", year=make.TODAY.year, signing=signing)
    return make.certificates(run)


def office(row: Certificate) -> bytes:
    """What the software of an office gives back."""
    original, _digest = hand_out(row, make.NOW)
    return signer_for(Series(signing=Signing.TEST)).sign(original)


def list_signatory(row: Certificate, content: bytes) -> Signatory:
    found = inspect(content)
    return Signatory.objects.create(
        issuer=row.series.issuer, name=found.signer, fingerprint=found.fingerprint, starts_on=make.TODAY,
    )  # fmt: skip


@pytest.fixture
def sau():
    return courses.account(None, "coordinator")


@pytest.fixture
def row():
    return issued("Lê Mẫu An")[0]


def test_a_signed_file_comes_home_to_its_line(row, sau):
    signed = office(row)
    list_signatory(row, signed)
    made = accept(signed, row.enrolment.run, by=sau, now=make.NOW)
    assert made is not None
    assert (made.certificate, made.facts["signer"], made.facts["trusted"]) == (row, "Nguyễn Văn Mẫu", False)
    assert store.read(made.path) == signed
    assert Event.objects.get(action="certificate.signed").data["file"] == hashlib.sha256(signed).hexdigest()
    assert prove().fault == ""


def test_the_signed_file_has_the_original_in_front_and_stays_pdf_a(row):
    original, _digest = hand_out(row, make.NOW)
    signed = signer_for(Series(signing=Signing.TEST)).sign(original)
    assert signed.startswith(original)
    assert problems(original) == []


def test_the_chain_is_trusted_when_its_root_is_the_administrators(row, settings, key_file):
    signed = office(row)
    assert not inspect(signed).trusted
    settings.SIGNING_ROOTS = str(key_file.with_name("roots.pem"))
    assert inspect(signed).trusted


def test_taking_the_same_file_twice_is_taking_it_once(row, sau):
    signed = office(row)
    list_signatory(row, signed)
    assert accept(signed, row.enrolment.run, by=sau, now=make.NOW)
    assert accept(signed, row.enrolment.run, by=sau, now=make.NOW) is None
    assert Event.objects.filter(action="certificate.signed").count() == 1


def refused(code: str, content: bytes, run, sau) -> None:
    with pytest.raises(Refused, match=code):
        accept(content, run, by=sau, now=make.NOW)
    assert not CertificateFile.objects.filter(kind="signed").exists()


def test_a_file_that_was_saved_anew_is_refused(row, sau):
    signed = office(row)
    refused("file_rewritten", signed.replace(b"/Length", b"/Lengtg", 1), row.enrolment.run, sau)


def test_what_is_no_pdf_is_refused(row, sau):
    refused("not_a_pdf", b"PK\x03\x04", row.enrolment.run, sau)


def test_an_original_without_a_signature_is_refused(row, sau):
    refused("signature_missing", hand_out(row, make.NOW)[0], row.enrolment.run, sau)


def test_a_flipped_byte_behind_the_original_is_refused(row, sau):
    signed = bytearray(office(row))
    place = signed.index(b"/Contents", len(hand_out(row, make.NOW)[0])) + 400
    signed[place] = ord("0") if signed[place] != ord("0") else ord("1")
    refused("signature_broken", bytes(signed), row.enrolment.run, sau)


def test_something_drawn_over_the_paper_before_signing_is_refused(row, sau):
    from pyhanko.pdf_utils.generic import ArrayObject, NameObject, StreamObject  # noqa: PLC0415
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415

    writer = IncrementalPdfFileWriter(io.BytesIO(hand_out(row, make.NOW)[0]))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    overlay = writer.add_object(StreamObject(stream_data=b"0 0 500 500 re f"))
    page[NameObject("/Contents")] = ArrayObject([*page["/Contents"], overlay])
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    signed = signer_for(Series(signing=Signing.TEST)).sign(out.getvalue())
    refused("changed_while_signing", signed, row.enrolment.run, sau)


def test_something_appended_after_signing_is_refused(row, sau):
    refused("changed_while_signing|signature_broken", office(row) + b"\n% more\n", row.enrolment.run, sau)


def test_a_signature_of_somebody_who_is_not_on_the_list_is_refused(row, sau):
    refused("not_a_signatory", office(row), row.enrolment.run, sau)


def test_a_signatory_whose_time_is_over_does_not_count(row, sau):
    signed = office(row)
    one = list_signatory(row, signed)
    Signatory.objects.filter(pk=one.pk).update(
        starts_on=make.TODAY - timedelta(days=9), ends_on=make.TODAY - timedelta(days=1)
    )
    refused("not_a_signatory", signed, row.enrolment.run, sau)


def test_a_file_of_another_class_is_refused(row, sau):
    other = issued("Trần Mẫu Bình")[0]
    refused("other_class", office(other), row.enrolment.run, sau)


def test_a_revoked_certificate_takes_no_signature(row, sau):
    signed = office(row)
    list_signatory(row, signed)
    row.revoke(ground=Ground.FRAUD, reason="Học hộ", decision_no="9/QĐ", decision_on=make.TODAY, by=sau, now=make.NOW)
    refused("no_longer_valid", signed, row.enrolment.run, sau)


def test_one_signed_file_is_in_force(row, sau):
    first, second = office(row), office(row)
    list_signatory(row, first)
    accept(first, row.enrolment.run, by=sau, now=make.NOW)
    with pytest.raises(Refused, match="signed_already"):
        accept(second, row.enrolment.run, by=sau, now=make.NOW)


def test_the_database_refuses_a_second_signed_file_and_a_change_of_one(row, sau):
    signed = office(row)
    list_signatory(row, signed)
    made = accept(signed, row.enrolment.run, by=sau, now=make.NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateFile.objects.create(
            certificate=row, kind="signed", sha256="0" * 64, size=1, path="x", recorded_at=make.NOW
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateFile.objects.filter(pk=made.pk).update(size=1)


@pytest.mark.parametrize("fault", ["flipped", "gone"])
def test_a_stored_file_that_was_changed_or_is_gone_is_named(row, sau, place, fault):
    signed = office(row)
    list_signatory(row, signed)
    path = place / accept(signed, row.enrolment.run, by=sau, now=make.NOW).path
    if fault == "gone":
        path.unlink()
    else:
        path.write_bytes(signed[:-9] + b"X" + signed[-8:])
    assert row.public_code in prove().fault


@pytest.mark.parametrize(
    ("signing", "changes", "code"),
    [
        (Signing.PAPER, {}, "signed_on_paper"),
        (Signing.EXTERNAL, {}, "signed_elsewhere"),
        (Signing.EXTERNAL, {"SIGNING_PKCS11_MODULE": "/none.so"}, "token_missing"),
        (Signing.TEST, {"SIGNING_TEST_KEY": ""}, "signing_key_missing"),
    ],
)
def test_what_this_machine_cannot_sign_is_refused_with_a_reason(settings, signing, changes, code):
    for name, value in changes.items():
        setattr(settings, name, value)
    with pytest.raises(Refused, match=code):
        signer_for(Series(signing=signing))


def test_a_key_file_with_another_password_is_refused(settings, key_file, tmp_path):
    copy = tmp_path / "other.p12"
    copy.write_bytes(key_file.read_bytes())
    settings.SIGNING_TEST_KEY, settings.SIGNING_TEST_PASSWORD = str(copy), "sai"
    with pytest.raises(Refused, match="signing_key_unusable"):
        signer_for(Series(signing=Signing.TEST))


# --- the batches ------------------------------------------------------------------------------------------------------


def test_the_zip_holds_the_originals_and_their_hashes():
    rows = issued("Lê Mẫu An", "Lê Mẫu Bình")
    out = io.BytesIO()
    assert write_batch(rows[0].enrolment.run, out, make.NOW) == 2
    with zipfile.ZipFile(out) as archive:
        lines = json.loads(archive.read("manifest.json"))["files"]
        assert [line["code"] for line in lines] == [row.public_code for row in rows]
        assert all(hashlib.sha256(archive.read(line["file"])).hexdigest() == line["sha256"] for line in lines)


def test_out_and_back_by_jobs_under_any_names(sau):
    rows = issued("Lê Mẫu An", "Lê Mẫu Bình")
    run = rows[0].enrolment.run
    job = ask(EXPORT, run, by=sau, now=make.NOW, action="certificate.export_for_signing")
    work(job.pk, clock=lambda: make.NOW)
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"files": 2})
    signed = [office(row) for row in rows]
    list_signatory(rows[0], signed[0])
    names = ["b.pdf", "a.pdf", "sai.pdf"]
    sent = [SimpleUploadedFile(name, body) for name, body in zip(names, [*signed, b"%PDF-1.4 other"], strict=True)]
    job = ask(IMPORT, run, by=sau, now=make.NOW, action="certificate.import_signed", batch=receive(sent))
    work(job.pk, clock=lambda: make.NOW)
    job.refresh_from_db()
    assert (job.state, job.result["taken"], job.result["same"]) == ("done", 2, 0)
    assert [line[:2] for line in job.result["refused"]] == [["002/sai.pdf", "not_a_pdf"]]
    assert not unsigned(run).exists()


def test_a_test_series_is_signed_here(sau):
    rows = issued("Lê Mẫu An", "Lê Mẫu Bình", signing=Signing.TEST)
    run = rows[0].enrolment.run
    job = ask(HERE, run, by=sau, now=make.NOW, action="certificate.export_for_signing")
    work(job.pk, clock=lambda: make.NOW)
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"files": 2})
    assert prove().fault == ""


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn"])
def test_a_torn_archive_is_refused(content):
    with pytest.raises(Refused, match="archive_damaged"):
        check_archive(content)


def test_a_bomb_is_refused_by_its_directory_alone():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.pdf", bytes(3_000_000))
    with pytest.raises(Refused, match="archive_bomb"):
        check_archive(out.getvalue())


def test_nothing_sent_and_no_pdf_are_refused():
    with pytest.raises(Refused, match="nothing_sent"):
        receive([])
    with pytest.raises(Refused, match="not_a_pdf"):
        receive([SimpleUploadedFile("a.pdf", b"chu")])


# --- what the public sees ---------------------------------------------------------------------------------------------


def test_the_page_tells_the_signature_and_knows_the_file(row, sau):
    signed = office(row)
    list_signatory(row, signed)
    accept(signed, row.enrolment.run, by=sau, now=make.NOW)
    client = Client()
    page = client.get(f"/c/{row.public_code}")
    assert "Nguyễn Văn Mẫu" in page.content.decode()
    assert page.context["facts"]["signed"]
    path = f"/c/{row.public_code}/file"
    answers = {
        "upload": client.post(path, {"file": SimpleUploadedFile("x.pdf", signed)}),
        "hash": client.post(path, {"sha256": hashlib.sha256(signed).hexdigest()}),
    }
    assert {name: answer.context["file_answer"] for name, answer in answers.items()} == {
        "upload": "signed", "hash": "signed",
    }  # fmt: skip
    other = client.post(path, {"file": SimpleUploadedFile("x.pdf", signed + b" ")})
    assert other.context["file_answer"] == "unknown"
    assert client.post(path).context["file_answer"] == "nothing_sent"


def test_the_command_knows_a_signed_file_and_a_changed_one(row, sau, tmp_path):
    signed = office(row)
    list_signatory(row, signed)
    accept(signed, row.enrolment.run, by=sau, now=make.NOW)
    file, out = tmp_path / "x.pdf", StringIO()
    file.write_bytes(signed)
    call_command("verify_certificate", file, stdout=out)
    assert f"{row.public_code}), valid: the signed copy, unchanged" in out.getvalue()
    file.write_bytes(signed + b" ")
    with pytest.raises(CommandError, match="changed or saved anew"):
        call_command("verify_certificate", file)
