from django.db import migrations, models

from seconder.core.encryption import EncryptedJSON


class Migration(migrations.Migration):
    dependencies = [("verification", "0010_stages")]

    operations = [
        migrations.AddField("allowance", "requester_id", models.UUIDField(null=True)),
        migrations.RunSQL(
            "UPDATE verification_allowance a SET requester_id = r.requester_id FROM verification_review r "
            "WHERE r.id = a.review_id",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "DELETE FROM verification_allowance WHERE requester_id IS NULL", migrations.RunSQL.noop
        ),
        migrations.AlterField("allowance", "requester_id", models.UUIDField()),
        migrations.AlterField("allowance", "pattern", EncryptedJSON(owner="requester_id")),
    ]
