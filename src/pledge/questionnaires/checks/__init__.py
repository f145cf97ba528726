"""What a questionnaire file means, checked: alone, beside what is installed with it, and beside what was published."""
