from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('runs', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='run',
            name='workers_lost',
            field=models.IntegerField(db_default=0, default=0),
        ),
    ]
