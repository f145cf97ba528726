"""Pledge: the platform a county anti-slavery partnership gives to its businesses."""

__version__ = "0.1.0"
