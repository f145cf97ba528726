"""Piccolo's configuration for its own command: the engine of the process, and the one application with all tables."""

from piccolo.conf.apps import AppRegistry

from pledge.database.unit import database

DB = database()
APP_REGISTRY = AppRegistry(apps=["pledge.piccolo_app"])
