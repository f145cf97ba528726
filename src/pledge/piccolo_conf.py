"""Piccolo's configuration: the engine that PLEDGE_DATABASE_URL names, and the one application with all tables."""

from piccolo.conf.apps import AppRegistry

from pledge.database.engine import engine_for
from pledge.settings import load

DB = engine_for(load().database_url)
APP_REGISTRY = AppRegistry(apps=["pledge.piccolo_app"])
