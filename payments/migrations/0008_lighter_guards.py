"""
The guards of the ledger at less cost: a posting's entry and account are looked up as it is written.

Neither can be deleted, so a foreign key adds nothing but a row lock for each posting, and on a busy account those locks
pile up. Of the checks at commit an entry's says that it has postings, a posting's that they sum to zero.
"""

import django.db.models.deletion
from django.db import migrations, models

GUARDS = """
CREATE OR REPLACE FUNCTION payments_entry_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT occurred_at, txid_current(), occurred_at < clock_timestamp() - interval '5 minutes'
    INTO NEW.occurred_at, NEW.recorded_in, NEW.is_late
    FROM payments_entry WHERE id = NEW.entry_id AND recorded_in = txid_current();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'entry % was completed by an earlier transaction', NEW.entry_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM payments_account WHERE id = NEW.account_id) THEN
        RAISE EXCEPTION 'there is no account %', NEW.account_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION payments_check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM payments_posting WHERE entry_id = NEW.id) THEN
        RAISE EXCEPTION 'entry % has no postings', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION payments_check_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT a.currency, sum(p.amount_minor) AS total INTO wrong
    FROM payments_posting p JOIN payments_account a ON a.id = p.account_id
    WHERE p.entry_id = NEW.entry_id GROUP BY a.currency HAVING sum(p.amount_minor) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % is off balance by % %', NEW.entry_id, wrong.total, wrong.currency
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER payments_entry_balanced ON payments_entry;
CREATE CONSTRAINT TRIGGER payments_entry_balanced AFTER INSERT ON payments_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_check_postings();
ALTER TABLE payments_entry ENABLE ALWAYS TRIGGER payments_entry_balanced;
CREATE TRIGGER payments_account_kept BEFORE TRUNCATE ON payments_account
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();
ALTER TABLE payments_account ENABLE ALWAYS TRIGGER payments_account_kept;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0007_balance_indexes")]

    operations = [
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
        migrations.AlterField(
            "posting",
            "account",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="postings",
                to="payments.account",
            ),
        ),
        migrations.AlterField(
            "posting",
            "entry",
            models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="postings",
                to="payments.entry",
            ),
        ),
    ]
