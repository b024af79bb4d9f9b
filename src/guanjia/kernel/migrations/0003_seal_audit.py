"""Chains the entries that were written before there was a chain, in the order in which they were written.

The hash that an entry came with is taken as it stands: one that was edited before this day does not get a new one here,
so that `guanjia audit verify` still names it.
"""

from django.db import migrations

from guanjia.kernel.chain import GENESIS, link

BATCH = 1000


def seal(apps, schema_editor):
    entries = apps.get_model("kernel", "AuditEntry").objects.order_by("id").only("id", "hash")
    seq, head = 0, GENESIS
    batch = list(entries[:BATCH])
    while batch:
        for entry in batch:
            seq, head = seq + 1, link(head, entry.hash)
            entry.seq, entry.seal = seq, head
        entries.bulk_update(batch, ["seq", "seal"])
        batch = list(entries.filter(pk__gt=batch[-1].pk)[:BATCH])


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_audit_seals")]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
