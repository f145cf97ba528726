"""Backup and restore: one verified file from one snapshot, the same for both databases. See docs/backup.md."""
