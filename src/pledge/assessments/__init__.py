"""An organisation answering a questionnaire: published versions, saving, submitting, the frozen result."""
