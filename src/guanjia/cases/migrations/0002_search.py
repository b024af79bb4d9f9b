"""The full-text table: FTS5 on SQLite, a tsvector with GIN on PostgreSQL. Same name, same columns, same
queries (cases.search)."""

from django.db import migrations

SQLITE = ["CREATE VIRTUAL TABLE case_search USING fts5(words, content='', tokenize='unicode61')"]
POSTGRES = [
    "CREATE TABLE case_search (case_id bigint PRIMARY KEY, words tsvector NOT NULL)",
    # fastupdate slows searches tenfold after a burst of inserts and inserts are no quicker for it
    # (docs/why/search.md).
    "CREATE INDEX case_search_words ON case_search USING gin (words) WITH (fastupdate = off)",
]


def create(apps, schema_editor):
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE case_search")


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
