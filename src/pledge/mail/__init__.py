"""The outbox, its delivery over SMTP, and the words of each message."""
