"""Frozen rows: triggers that refuse changes, on SQLite and on PostgreSQL.

A migration states them once::

    operations = [
        refuse_changes("audit_event"),                                         # append-only: no UPDATE, no DELETE
        refuse_changes("courses_questionversion", when="OLD.state = 'ready'"),  # frozen once ready
        refuse_changes(
            "certificates_certificate",
            except_columns=["state", "revoked_at"],                            # UPDATE may change these alone
        ),
    ]

SQLite loses the triggers of a table that a later migration rebuilds (AlterField, AddConstraint): that migration repeats
the operation after the change. `missing()` says when somebody forgot; a system check calls it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

PG_FUNCTION = """
CREATE OR REPLACE FUNCTION lms_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_ARGV[0];
END
$body$
"""


class RefuseChanges(Operation):
    """Migration operation behind `refuse_changes`; reversible, idempotent."""

    reversible = True
    atomic = True

    def __init__(
        self,
        table: str,
        operations: Sequence[str] = ("UPDATE", "DELETE"),
        when: str = "",
        except_columns: Sequence[str] = (),
        name: str = "frozen",
    ) -> None:
        self.table = table
        self.operations = tuple(operations)
        self.when = when
        self.except_columns = tuple(except_columns)
        self.name = name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Write the triggers in the language of the engine."""
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        for statement in self.statements(schema_editor.connection):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop them, where they stand."""
        on_table = f' ON "{self.table}"' if schema_editor.connection.vendor == "postgresql" else ""
        for trigger in self.triggers(schema_editor.connection.vendor):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{trigger}"{on_table}', params=None)

    def describe(self) -> str:
        """For `showmigrations` and `sqlmigrate`."""
        return f"Refuse {', '.join(self.operations)} on {self.table}"

    @property
    def migration_name_fragment(self) -> str:
        """For a migration that is named by its content."""
        return f"{self.table}_{self.name}"

    def events(self, vendor: str) -> list[str]:
        """What is refused: on PostgreSQL, who may not DELETE may not TRUNCATE either."""
        truncate = ["TRUNCATE"] if vendor == "postgresql" and "DELETE" in self.operations else []
        return [*self.operations, *truncate]

    def triggers(self, vendor: str) -> list[str]:
        """The names of the triggers, one per refused operation."""
        return [f"{self.table}_{self.name}_{event.lower()}" for event in self.events(vendor)]

    def statements(self, connection: BaseDatabaseWrapper) -> Iterable[str]:
        """The SQL for this connection's engine."""
        if connection.vendor == "postgresql":
            yield PG_FUNCTION
        for event, trigger in zip(self.events(connection.vendor), self.triggers(connection.vendor), strict=True):
            condition = self.condition(connection, event)
            head = f'CREATE TRIGGER "{trigger}" BEFORE {event} ON "{self.table}"'
            message = f"{self.table}: {event} is refused ({self.name})"
            if event == "TRUNCATE":
                yield f"{head} FOR EACH STATEMENT EXECUTE FUNCTION lms_refuse_change('{message}')"
            elif connection.vendor == "postgresql":
                yield f"{head} FOR EACH ROW {condition} EXECUTE FUNCTION lms_refuse_change('{message}')"
            else:
                yield f"{head} FOR EACH ROW {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"

    def condition(self, connection: BaseDatabaseWrapper, event: str) -> str:
        """The WHEN clause: the caller's condition, and for UPDATE a change in a column that is not excepted."""
        parts = [f"({self.when})"] if self.when else []
        if event == "UPDATE" and self.except_columns:
            parts.append(f"({self.changed(connection)})")
        return f"WHEN ({' AND '.join(parts)})" if parts else ""

    def changed(self, connection: BaseDatabaseWrapper) -> str:
        """SQL: some column outside `except_columns` gets another value (`save()` names them all, changed or not)."""
        with connection.cursor() as cursor:
            table = connection.introspection.get_table_description(cursor, self.table)
        columns = [column.name for column in table]
        unknown = set(self.except_columns) - set(columns)
        if unknown:
            raise ValueError(f"{self.table} has no column {', '.join(sorted(unknown))}")
        differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
        guarded = [column for column in columns if column not in self.except_columns]
        return " OR ".join(f'OLD."{column}" {differs} NEW."{column}"' for column in guarded)


def refuse_changes(
    table: str,
    operations: Sequence[str] = ("UPDATE", "DELETE"),
    *,
    when: str = "",
    except_columns: Sequence[str] = (),
    name: str = "frozen",
) -> RefuseChanges:
    """A migration operation: the database refuses `operations` on rows of `table` with an IntegrityError.

    `operations`: of INSERT, UPDATE, DELETE. PostgreSQL refuses TRUNCATE too wherever DELETE is refused.
    `when`: SQL that both engines read, over OLD (UPDATE, DELETE) or NEW (INSERT, UPDATE); without it every row.
    Compare booleans by themselves (`OLD.closed`), not with 1 or TRUE; no sub-query (PostgreSQL allows none there).
    `except_columns`: an UPDATE may change these columns and no other. They are read when the migration runs: it raises
    ValueError for one that the table lacks, and a column added later is guarded only once a migration repeats this.
    `name`: tells two operations on one table apart; it ends up in the names of the triggers.
    """
    return RefuseChanges(table, operations, when, except_columns, name)


def installed(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that stand in the database and are enabled."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that applied migrations promise and the database lacks; empty when all is well."""
    loader = MigrationLoader(connection)
    applied: list[Any] = [
        loader.disk_migrations[key] for key in loader.applied_migrations if key in loader.disk_migrations
    ]
    promised = {
        trigger
        for migration in applied
        for operation in migration.operations
        if isinstance(operation, RefuseChanges)
        for trigger in operation.triggers(connection.vendor)
    }
    return promised - installed(connection)
