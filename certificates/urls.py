"""Addresses of the register."""

from __future__ import annotations

from django.urls import path

from certificates.views import books, flows, integrity, one, register, run_files, sheets, signing, verify

app_name = "certificates"
urlpatterns = [
    path("c/", verify.verify, name="verify"),
    path("c/<str:code>.json", verify.certificate_json, name="certificate_json"),
    path("c/<str:code>/file", verify.compare_file, name="compare_file"),
    path("c/<str:code>", verify.certificate, name="certificate"),
    path("C/<str:code>", verify.certificate, name="certificate_in_capitals"),
    path("register/", register.register, name="register"),
    path("register/export/", sheets.register, name="export"),
    path("register/integrity/", integrity.integrity, name="integrity"),
    path("register/integrity/head.txt", integrity.head, name="integrity_head"),
    path("register/integrity/check/", integrity.check, name="integrity_check"),
    path("register/<str:code>/", register.record, name="record"),
    path("register/<str:code>/revoke/", register.revoke, name="revoke"),
    path("register/<str:code>/pdf", register.pdf, name="pdf"),
    path("register/<str:code>/delivery/", flows.delivery, name="delivery"),
    path("register/<str:code>/replace/", flows.replace, name="replace"),
    path("register/<str:code>/lost/", flows.lost, name="lost"),
    path("register/<str:code>/confirm-lost/", flows.confirm_lost, name="confirm-lost"),
    path("register/<str:code>/amend/", flows.amend, name="amend"),
    path("register/<str:code>/void/", flows.void, name="void"),
    path("series/", books.books, name="books"),
    path("series/begin/", books.begin, name="begin"),
    path("series/<int:pk>/", books.book, name="book"),
    path("series/<int:pk>/close/", books.close, name="close"),
    path("enrolments/<uuid:public_id>/certificate/", one.issue_one, name="issue_one"),
    path("runs/export/", sheets.classes, name="classes"),
    path("runs/<uuid:public_id>/results/export/", sheets.results, name="results"),
    path("runs/<uuid:public_id>/certificates/", register.preview, name="preview"),
    path("runs/<uuid:public_id>/certificates/issue/", register.issue, name="issue"),
    path("runs/<uuid:public_id>/certificates/signing/", signing.signing, name="signing"),
    path("runs/<uuid:public_id>/certificates/signing/export/", signing.export, name="sign_export"),
    path("runs/<uuid:public_id>/certificates/signing/import/", signing.take_back, name="sign_import"),
    path("runs/<uuid:public_id>/certificates/zip/", run_files.download_zip, name="zip"),
    path("runs/<uuid:public_id>/certificates/print/", run_files.print_file, name="print"),
]
