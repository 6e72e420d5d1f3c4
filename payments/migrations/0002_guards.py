"""The database keeps the ledger: balanced at commit, complete after it, never changed."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION payments_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION payments_entry_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM payments_entry WHERE id = NEW.entry_id AND recorded_in = txid_current()
    ) THEN
        RAISE EXCEPTION 'entry % was completed by an earlier transaction', NEW.entry_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION payments_entry_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.recorded_in := txid_current();
    RETURN NEW;
END $$;

CREATE FUNCTION payments_check_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint;
    wrong record;
BEGIN
    IF TG_TABLE_NAME = 'payments_entry' THEN
        checked := NEW.id;
    ELSE
        checked := NEW.entry_id;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM payments_posting WHERE entry_id = checked) THEN
        RAISE EXCEPTION 'entry % has no postings', checked USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT a.currency, sum(p.amount_minor) AS total INTO wrong
    FROM payments_posting p JOIN payments_account a ON a.id = p.account_id
    WHERE p.entry_id = checked GROUP BY a.currency HAVING sum(p.amount_minor) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % is off balance by % %', checked, wrong.total, wrong.currency
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER payments_entry_stamp BEFORE INSERT ON payments_entry
    FOR EACH ROW EXECUTE FUNCTION payments_entry_stamp();
CREATE TRIGGER payments_posting_in_open_entry BEFORE INSERT ON payments_posting
    FOR EACH ROW EXECUTE FUNCTION payments_entry_is_open();
CREATE CONSTRAINT TRIGGER payments_entry_balanced AFTER INSERT ON payments_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_check_balance();
CREATE CONSTRAINT TRIGGER payments_posting_balanced AFTER INSERT ON payments_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_check_balance();
CREATE TRIGGER payments_entry_unchanged BEFORE UPDATE OR DELETE ON payments_entry
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER payments_posting_unchanged BEFORE UPDATE OR DELETE ON payments_posting
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER payments_account_unchanged BEFORE UPDATE OR DELETE ON payments_account
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER payments_entry_kept BEFORE TRUNCATE ON payments_entry
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER payments_posting_kept BEFORE TRUNCATE ON payments_posting
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();

-- ALWAYS: also in a session that plays a replica, where ordinary triggers sleep.
ALTER TABLE payments_entry ENABLE ALWAYS TRIGGER payments_entry_stamp;
ALTER TABLE payments_entry ENABLE ALWAYS TRIGGER payments_entry_balanced;
ALTER TABLE payments_entry ENABLE ALWAYS TRIGGER payments_entry_unchanged;
ALTER TABLE payments_entry ENABLE ALWAYS TRIGGER payments_entry_kept;
ALTER TABLE payments_posting ENABLE ALWAYS TRIGGER payments_posting_in_open_entry;
ALTER TABLE payments_posting ENABLE ALWAYS TRIGGER payments_posting_balanced;
ALTER TABLE payments_posting ENABLE ALWAYS TRIGGER payments_posting_unchanged;
ALTER TABLE payments_posting ENABLE ALWAYS TRIGGER payments_posting_kept;
ALTER TABLE payments_account ENABLE ALWAYS TRIGGER payments_account_unchanged;
"""

FREE = """
DROP FUNCTION payments_entry_stamp CASCADE;
DROP FUNCTION payments_entry_is_open CASCADE;
DROP FUNCTION payments_check_balance CASCADE;
DROP FUNCTION payments_refuse_change CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, FREE)]
