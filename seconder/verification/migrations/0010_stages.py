from django.db import migrations, models

FORWARD = """
ALTER TABLE verification_assignment ADD COLUMN stage smallint NOT NULL DEFAULT 1;
ALTER TABLE verification_assignment ALTER COLUMN stage DROP DEFAULT,
  DROP CONSTRAINT verification_assignment_pkey, ADD PRIMARY KEY (review_id, person_id, stage);
"""
# Only where no review has stages.
BACKWARD = """
ALTER TABLE verification_assignment DROP CONSTRAINT verification_assignment_pkey, DROP COLUMN stage,
  ADD PRIMARY KEY (review_id, person_id);
"""


class Migration(migrations.Migration):
    dependencies = [("verification", "0009_second_looks")]

    operations = [
        migrations.AddField("review", "stages", models.JSONField(default=list)),
        migrations.AddField("review", "stage", models.SmallIntegerField(default=1)),
        migrations.AddField("decision", "stage", models.SmallIntegerField(default=1)),
        migrations.RemoveConstraint("decision", "decision_one_vote"),
        migrations.AddConstraint(
            "decision",
            models.UniqueConstraint(
                fields=["review", "person_id", "digest", "stage"], name="decision_one_vote"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(FORWARD, BACKWARD)],
            [
                migrations.AddField("assignment", "stage", models.SmallIntegerField(default=1)),
                migrations.AlterField(
                    "assignment", "pk", models.CompositePrimaryKey(
                        "review_id",
                        "person_id",
                        "stage",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
            ],
        ),
    ]
