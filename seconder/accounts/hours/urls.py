from datetime import date

from django.urls import path, register_converter

from seconder.accounts.hours import views


class DayConverter:
    """`2026-12-25`."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(DayConverter, "day")
urlpatterns = [
    path("account/hours/", views.own_hours, name="own-hours"),
    path("account/hours/ending/", views.own_hours_ending, name="own-hours-ending"),
    path("account/days-off/", views.days_off, name="days-off"),
    path("account/days-off/<day:day>/ending/", views.day_off_ending, name="day-off-ending"),
    path("<slug:organization>/holidays/", views.holidays, name="holidays"),
    path("<slug:organization>/holidays/new/", views.holiday_new, name="holiday-new"),
    path("<slug:organization>/holidays/calendars/", views.calendar_import, name="calendar-import"),
    path("<slug:organization>/holidays/<day:day>/ending/", views.holiday_ending, name="holiday-ending"),
    path("<slug:organization>/usual-hours/", views.usual_change, name="usual-hours"),
]
