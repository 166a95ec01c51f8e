from datetime import timedelta

from django.db.models import Q
from django_scopes import scopes_disabled

from seconder.accounts.models import Invitation, InvitationList
from seconder.core.clock import now

KEPT = timedelta(days=30)  # after an invitation has ended, or a list was given


def forget_old() -> None:
    before = now() - KEPT
    ended = Q(accepted_at__lt=before) | Q(canceled_at__lt=before) | Q(expires_at__lt=before)
    with scopes_disabled():
        Invitation.objects.filter(ended).delete()
        InvitationList.objects.filter(created_at__lt=before).delete()
