"""The migration operation that freezes rows, on the engine at hand."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.state import ProjectState

from lms.audit.triggers import refuse_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    def run(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    run("CREATE TABLE leaf (id integer, text varchar(9), note varchar(9), state varchar(9))")
    run("INSERT INTO leaf VALUES (1, 'a', NULL, 'draft'), (2, 'b', NULL, 'ready')")
    return run


def freeze(operation, *, backwards=False) -> None:
    editor = connection.schema_editor()
    editor.deferred_sql = []
    apply = operation.database_backwards if backwards else operation.database_forwards
    apply("audit", editor, ProjectState(), ProjectState())


def refused(run, statement: str) -> bool:
    try:
        with transaction.atomic():
            run(statement)
    except IntegrityError as error:
        assert "is refused" in str(error)
        return True
    return False


def test_without_options_every_row_is_frozen(run):
    freeze(refuse_changes("leaf"))
    assert refused(run, "UPDATE leaf SET note = 'x' WHERE id = 1")
    assert refused(run, "DELETE FROM leaf WHERE id = 1")
    assert not refused(run, "INSERT INTO leaf VALUES (3, 'c', NULL, 'draft')")


def test_when_freezes_some_rows(run):
    freeze(refuse_changes("leaf", when="OLD.state = 'ready'"))
    assert not refused(run, "UPDATE leaf SET text = 'x' WHERE id = 1")
    assert refused(run, "UPDATE leaf SET text = 'x' WHERE id = 2")
    assert refused(run, "DELETE FROM leaf WHERE id = 2")
    assert not refused(run, "UPDATE leaf SET state = 'ready' WHERE id = 1")
    assert refused(run, "UPDATE leaf SET state = 'draft' WHERE id = 1")


def test_except_columns_may_change_and_the_others_may_be_written_as_they_were(run):
    freeze(refuse_changes("leaf", ["UPDATE"], except_columns=["note", "state"]))
    assert not refused(run, "UPDATE leaf SET note = 'x', text = 'a' WHERE id = 1")
    assert refused(run, "UPDATE leaf SET note = 'y', text = 'z' WHERE id = 1")
    assert refused(run, "UPDATE leaf SET text = NULL WHERE id = 1")
    assert not refused(run, "DELETE FROM leaf WHERE id = 1")


def test_an_insert_can_be_refused_too(run):
    freeze(refuse_changes("leaf", ["INSERT"], when="NEW.state = 'ready'", name="born_ready"))
    assert refused(run, "INSERT INTO leaf VALUES (3, 'c', NULL, 'ready')")
    assert not refused(run, "INSERT INTO leaf VALUES (3, 'c', NULL, 'draft')")


def test_a_misspelt_column_fails_the_migration(run):
    with pytest.raises(ValueError, match="no column txet"):
        freeze(refuse_changes("leaf", except_columns=["txet"]))


def test_it_may_be_repeated_and_taken_back(run):
    operation = refuse_changes("leaf")
    freeze(operation)
    freeze(operation)
    freeze(operation, backwards=True)
    assert not refused(run, "DELETE FROM leaf WHERE id = 1")


def test_emptying_a_frozen_table_is_refused_where_the_engine_can(run):
    freeze(refuse_changes("leaf", when="OLD.state = 'ready'"))
    if connection.vendor == "postgresql":
        assert refused(run, "TRUNCATE leaf")
    else:
        assert refused(run, "DELETE FROM leaf")
