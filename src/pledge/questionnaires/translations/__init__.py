"""Other languages: the words of a questionnaire once more, in a file beside it. Its ids, points and flags stay."""
