"""A decision never changes, whoever holds the connection."""

from django.db import migrations

MAKE = """
CREATE FUNCTION verification_decision_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER verification_decision_immutable BEFORE UPDATE ON verification_decision FOR EACH ROW  EXECUTE FUNCTION verification_decision_immutable();
"""
DROP = """
DROP TRIGGER verification_decision_immutable ON verification_decision;
DROP FUNCTION verification_decision_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("verification", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, DROP)]
