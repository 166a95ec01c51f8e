"""Who hears what, where and when: in the product at once, by mail after a short while, gathered.

Face: `notify(events)`, called by wiring with what happened; `Notification.objects.for_person(…)`.
"""
