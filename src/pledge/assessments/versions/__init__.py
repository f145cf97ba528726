"""Publishing a newer version of a questionnaire, and moving a draft to it."""
