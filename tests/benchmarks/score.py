"""How long it takes to score one assessment of 32 questions: ``python tests/benchmarks/score.py [--tiny]``."""

import json
import sys
import time

from goals import TINY, at_most, verdict

from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.loading import load
from pledge.questionnaires.scoring import score

BUDGET = 0.2  # milliseconds of processor time
QUESTIONS, SECTIONS, REPEATS = 32, 6, 5
ROUNDS = 1 if TINY else 300


def _questionnaire() -> bytes:
    """Return a questionnaire of the size of the real ones: flags, conditions, six sections."""

    def question(number: int) -> dict[str, object]:
        labels = ("No", "A little", "In part", "Yes", "Yes, and checked")
        options = [{"value": f"p{n}", "label": label, "points": n} for n, label in enumerate(labels)]
        asked: dict[str, object] = {
            "id": f"q{number}",
            "text": f"Question {number}?",
            "weight": 1 + number % 3,
            "options": options,
            "action": {"text": "Do it.", "due_days": 7 + number},
            "dont_know": {"action": "Find out.", "due_days": 7},
            "topics": ["training"],
            "not_applicable": number % 7 == 5,
        }
        if number % 4 == 0:
            options[0]["flag"] = "foundation" if number % 8 else "act_first"
        if number % 8 == 3:
            before = {"question": f"q{number - 1}", "gte": 1}
            asked["show_if"] = {"any": [before, {"profile": "labour", "includes": "agency"}]}
        if number % 16 == 8:
            asked["flags_when"] = {"profile": "small", "equals": False}
        return asked

    each = -(-QUESTIONS // SECTIONS)
    sections = [
        {
            "id": f"s{n}",
            "title": f"Section {n}",
            "questions": [question(i) for i in range(QUESTIONS)[n * each :][:each]],
        }
        for n in range(SECTIONS)
    ]
    head = {"schema": 1, "id": "timed", "version": "1", "title": "Timed", "topics": ["training"]}
    return json.dumps({**head, "sections": sections}).encode()


def score_time() -> float:
    """Return the processor time in seconds to score one assessment: the best of several rounds."""
    definition = load(_questionnaire()).definition
    assert definition is not None
    profile = Profile(
        risk_sectors=("care", "cleaning"),
        labour=("agency", "seasonal", "minimum_wage"),
        outside_work=("crews_on_site",),
        headcount_band="50-249",
    )
    answers = {question.id: Answer(f"p{n % 5}") for n, question in enumerate(definition.questions)}
    answers |= {"q1": Answer(dont_know=True), "q5": Answer(not_applicable="None here.")}
    assert score(definition, profile, answers).complete
    best = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        for _ in range(ROUNDS):
            score(definition, profile, answers)
        best = min(best, (time.process_time() - start) / ROUNDS)
    return best


if __name__ == "__main__":
    taken = score_time() * 1000
    print(f"score one assessment of {QUESTIONS} questions: {taken:.3f} ms of processor time ({at_most(taken, BUDGET)})")
    sys.exit(verdict())
