"""Aggregate releases for the partnership; never one firm's answers."""
