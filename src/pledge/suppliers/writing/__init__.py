"""Workbooks, written by processes of their own. Pure."""
