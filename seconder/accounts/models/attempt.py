from django.db import models


class Attempt(models.Model):
    """The times at which something was tried, under a hashed name: the table of Django's cache, which writes it.

    Its columns are those that `django.core.cache.backends.db` asks for; see `accounts.attempts`.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
