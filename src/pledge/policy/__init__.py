"""Who may do what: actors, roles, scopes, and the policy that every route declares. Pure."""
