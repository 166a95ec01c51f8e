from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "seconder.core"
    label = "core"

    def ready(self) -> None:
        from seconder.core import data_map, owners, starting, transfers  # they register system checks

        data_map.register()
        owners.register()
        starting.register()
        transfers.register()
