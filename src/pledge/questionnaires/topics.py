"""What events and questions are about: one vocabulary, so that a gap leads to the events that help with it."""

TOPICS = {
    "procurement": "Buying and suppliers",
    "recruitment": "Recruiting fairly",
    "training": "Training and induction",
    "legal": "The law",
    "spotting-signs": "Spotting the signs",
    "reporting": "Reporting a concern",
}  # id → words, in the order to show them
