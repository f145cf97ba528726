"""Showing a report to customers: a link that anybody can open, what it shows, and keeping what others showed."""
