"""Papers to start from: a policy, a letter, a checklist and the like, in our own words, to be changed by each firm."""
