from django.urls import path

from seconder.notifications import delivery_views, preference_views, provider_views, unsubscribe_views, views

app_name = "notifications"
urlpatterns = [
    path("webhooks/mail/", provider_views.mail_events, name="mail-events"),
    path("unsubscribe/<str:token>/", unsubscribe_views.unsubscribe, name="unsubscribe"),
    path("account/notifications/", preference_views.preferences, name="preferences"),
    path("account/notifications/mail/", delivery_views.own_mail, name="own-mail"),
    path("account/notifications/address/", delivery_views.address_asking, name="address-asking"),
    path(
        "account/notifications/address/<str:token>/", delivery_views.address_confirm, name="address-confirm"
    ),
    path("<slug:organization>/settings/mail/", delivery_views.organization_mail, name="organization-mail"),
    path(
        "<slug:organization>/settings/mail/<uuid:person>/resumption/",
        delivery_views.mail_resumption,
        name="mail-resumption",
    ),
    path("<slug:organization>/notifications/", views.notification_list, name="list"),
    path("<slug:organization>/notifications/count/", views.unread_count, name="count"),
    path("<slug:organization>/notifications/readings/", views.reading_create, name="readings"),
]
