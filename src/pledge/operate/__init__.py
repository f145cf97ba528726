"""What the operator sees of the installation: background work, mail, the audit log. Never anybody's answers."""
