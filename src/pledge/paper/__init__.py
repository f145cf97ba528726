"""A questionnaire on paper: as one organisation would be asked it, to print and to fill in with a pen."""
