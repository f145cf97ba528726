"""The one Piccolo application: where its migrations are."""

from piccolo.conf.apps import AppConfig

from pledge.resources import resource

APP_CONFIG = AppConfig(app_name="pledge", migrations_folder_path=str(resource("migrations")), table_classes=[])
