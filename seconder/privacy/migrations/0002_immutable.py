"""Signed versions and lines of a history never change."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION privacy_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER privacy_agreement_immutable BEFORE UPDATE ON privacy_agreement
  FOR EACH ROW EXECUTE FUNCTION privacy_immutable();
CREATE TRIGGER privacy_entry_immutable BEFORE UPDATE ON privacy_entry
  FOR EACH ROW EXECUTE FUNCTION privacy_immutable();
"""
BACKWARD = """
DROP TRIGGER privacy_agreement_immutable ON privacy_agreement;
DROP TRIGGER privacy_entry_immutable ON privacy_entry;
DROP FUNCTION privacy_immutable();
"""


class Migration(migrations.Migration):

    dependencies = [("privacy", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
