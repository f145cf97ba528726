"""Answering again what was answered before."""
