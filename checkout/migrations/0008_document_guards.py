"""The database refuses what would change a document or leave a hole in its numbers."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION checkout_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'documents are written once: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION checkout_count_by_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.seller_id, NEW.kind, NEW.year) IS DISTINCT FROM (OLD.seller_id, OLD.kind, OLD.year)
            OR NEW.last_number <> OLD.last_number + 1 THEN
        RAISE EXCEPTION 'series % counts by one and keeps its name', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER checkout_document_unchanged BEFORE UPDATE OR DELETE ON checkout_document
    FOR EACH ROW EXECUTE FUNCTION checkout_refuse_change();
CREATE TRIGGER checkout_document_kept BEFORE TRUNCATE ON checkout_document
    FOR EACH STATEMENT EXECUTE FUNCTION checkout_refuse_change();
CREATE TRIGGER checkout_series_counts BEFORE UPDATE ON checkout_invoiceseries
    FOR EACH ROW EXECUTE FUNCTION checkout_count_by_one();
CREATE TRIGGER checkout_series_stays BEFORE DELETE ON checkout_invoiceseries
    FOR EACH ROW EXECUTE FUNCTION checkout_refuse_change();

-- ALWAYS: also in a session that plays a replica, where ordinary triggers sleep.
ALTER TABLE checkout_document ENABLE ALWAYS TRIGGER checkout_document_unchanged;
ALTER TABLE checkout_document ENABLE ALWAYS TRIGGER checkout_document_kept;
ALTER TABLE checkout_invoiceseries ENABLE ALWAYS TRIGGER checkout_series_counts;
ALTER TABLE checkout_invoiceseries ENABLE ALWAYS TRIGGER checkout_series_stays;
"""

FREE = """
DROP FUNCTION checkout_refuse_change CASCADE;
DROP FUNCTION checkout_count_by_one CASCADE;
"""


class Migration(migrations.Migration):
    # An index on orders is built without stopping them.
    atomic = False

    dependencies = [("checkout", "0007_documents")]
    operations = [
        migrations.RunSQL(GUARDS, FREE),
        AddIndexConcurrently("orderline", models.Index(fields=["shipped_at"], name="checkout_line_shipped")),
    ]
