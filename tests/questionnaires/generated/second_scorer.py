"""The rules of docs/scoring.md and docs/questionnaire-format.md once more: slow and obvious, by loops and fractions.

It works on plain data, and shares nothing with the engine but the tables of facts: which risk sectors there are, and
in which order the values of a profile stand.
"""

import re
from datetime import date
from fractions import Fraction
from math import floor

from pledge.organisations.profile import FIELDS
from pledge.organisations.sectors import RISK_SECTORS

LEVELS = (("leading", 8500), ("established", 6500), ("developing", 4000), ("starting", 0))
FLAGS = ("act_first", "check_first", "foundation")


# ---- facts ----


def fact(profile, name):
    if name == "licensed_labour":
        return any(RISK_SECTORS[sector].licensed_labour for sector in profile["risk_sectors"])
    if name == "small":  # under 50 people: by the first number of the band
        band = profile["headcount_band"]
        return band is not None and int(re.match("[0-9]+", band)[0]) < 50
    return profile[name]


def context_of(profile):
    levels = {RISK_SECTORS[sector].level for sector in profile["risk_sectors"]}
    total = 2 if "high" in levels else 1 if levels else 0
    total += min(2, len({"agency", "seasonal", "sponsored"} & set(profile["labour"])))
    total += 2 if profile["listed_goods"] else 0
    total += 1 if profile["outside_work"] else 0
    total += 1 if {"minimum_wage", "tied_housing"} & set(profile["labour"]) else 0
    return {"level": "low" if total < 2 else "medium" if total < 5 else "high", "points": total}


# ---- conditions ----


def holds(rule, document, profile, counted):
    """Tell whether a condition holds; ``counted`` are the answers to questions that are shown and come earlier."""
    if rule is None:
        return True
    if "all" in rule:
        return all(holds(part, document, profile, counted) for part in rule["all"])
    if "any" in rule:
        return any(holds(part, document, profile, counted) for part in rule["any"])
    if "not" in rule:
        return not holds(rule["not"], document, profile, counted)
    if "profile" in rule:
        return fact_holds(rule, profile)
    answer = counted.get(rule["question"])
    if "answered" in rule:
        return (answer is not None) == rule["answered"]
    return answer is not None and answer_holds(rule, find(document, rule["question"]), answer)


def fact_holds(rule, profile):
    value = fact(profile, rule["profile"])
    if "answered" in rule:
        return (value is not None and value != []) == rule["answered"]
    if "includes" in rule:
        return rule["includes"] in value
    if value is None:
        return False
    order = list(FIELDS[rule["profile"]].values)
    if "gte" in rule:
        return order.index(value) >= order.index(rule["gte"])
    if "lte" in rule:
        return order.index(value) <= order.index(rule["lte"])
    return value in rule.get("in", [rule.get("equals")])


def answer_holds(rule, question, answer):
    if "includes" in rule:
        return rule["includes"] in answer["values"]
    if "kind" in question:
        amount = day_or_figure(answer["value"])
        return amount >= day_or_figure(rule["gte"]) if "gte" in rule else amount < day_or_figure(rule["lt"])
    if "gte" not in rule and "lte" not in rule:
        return answer.get("value") in rule.get("in", [rule.get("equals")])
    if "not_applicable" in answer:
        return False
    worth = points_of(question, answer)
    return worth >= rule["gte"] if "gte" in rule else worth <= rule["lte"]


def day_or_figure(text):
    return date.fromisoformat(text) if text.count("-") == 2 else Fraction(text)


def find(document, name):
    (found,) = [each for section in document["sections"] for each in section["questions"] if each["id"] == name]
    return found


def shown_of(document, profile, answers):
    """Return the ids of the questions that are shown, in the order of the file."""
    shown, counted = [], {}
    for section in document["sections"]:
        for question in section["questions"]:
            conditions = (section.get("show_if"), question.get("show_if"))
            if all(holds(rule, document, profile, counted) for rule in conditions):
                shown.append(question["id"])
                if question["id"] in answers:
                    counted[question["id"]] = answers[question["id"]]
    return shown


def words_of(question, document, profile):
    """Return the text of a question and the labels of its options."""
    text, labels = question["text"], {option["value"]: option["label"] for option in question.get("options", ())}
    for variant in question.get("variants", ()):
        if holds(variant["when"], document, profile, {}):
            return variant["text"], {**labels, **variant.get("options", {})}
    return text, labels


# ---- one question ----


def points_of(question, answer):
    return next((option["points"] for option in question["options"] if option["value"] == answer.get("value")), 0)


def flag_of(question, answer):
    if answer.get("dont_know"):
        return "check_first" if any(option.get("flag") == "act_first" for option in question["options"]) else None
    return next((option.get("flag") for option in question["options"] if option["value"] == answer.get("value")), None)


def target_of(question, level, small, flag):
    target = {"low": 2, "medium": 3, "high": 4 if question["weight"] == 3 else 3}[level]
    if small:
        target = min(target, 3)
    if flag:
        target = max(target, min(option["points"] for option in question["options"] if "flag" not in option))
    return target


def question_row(section, question, document, profile, answer):
    """Return the result of a question that is shown; ``answer`` is None where it has none."""
    weight, apply = question["weight"], holds(question.get("flags_when"), document, profile, {})
    row = {
        "id": question["id"], "section": section["id"], "state": "unanswered", "weight": weight,
        "weighted_max": 4 * weight, "value": None, "reason": None, "points": None, "weighted_points": None,
        "target": None, "flag": None, "flags_apply": apply,
    }  # fmt: skip
    if answer is None:
        return row
    if "not_applicable" in answer:
        return row | {"state": "not_applicable", "reason": answer["not_applicable"]}
    flag, worth = flag_of(question, answer) if apply else None, points_of(question, answer)
    return row | {
        "state": "dont_know" if answer.get("dont_know") else "answered",
        "value": answer.get("value"),
        "points": worth,
        "weighted_points": weight * worth,
        "target": target_of(question, context_of(profile)["level"], fact(profile, "small"), flag),
        "flag": flag,
    }


# ---- sums ----


def half_up(part, whole):
    return floor(Fraction(10_000 * part, whole) + Fraction(1, 2))


def figures(rows):
    """Return the sums, the score, the coverage and the band over the rows of some shown questions."""
    counted = [row for row in rows if row["state"] != "not_applicable"]
    points = sum(row["weighted_points"] or 0 for row in counted)
    most, shown = sum(row["weighted_max"] for row in counted), sum(row["weighted_max"] for row in rows)
    whole = all(row["state"] != "unanswered" for row in rows)
    score = half_up(points, most) if whole and most else None
    band = None
    if score is not None and Fraction(shown - most, shown) <= Fraction(1, 2):
        raised = {row["flag"] for row in rows}
        allowed = [name for name, _ in LEVELS]
        if "check_first" in raised:
            allowed = ["established", "developing", "starting"]
        if "foundation" in raised:
            allowed = ["developing", "starting"]
        reached = [name for name, lowest in LEVELS if score >= lowest]
        band = next(name for name in reached if name in allowed)
    return {
        "weighted_points": points,
        "weighted_max": most,
        "score": score,
        "coverage": half_up(most, shown) if shown else None,
        "band": band,
    }


def gaps_of(document, rows):
    found = []
    for row in rows:
        if row["points"] is None or not (row["flag"] or row["points"] < row["target"]):
            continue
        question = find(document, row["id"])
        given = [option for option in question["options"] if option["value"] == row["value"]]
        own = next((option["action"] for option in given if "action" in option), question["action"])
        advice = {"action": own["text"], "due_days": own["due_days"]}
        if row["state"] == "dont_know" and "dont_know" in question:
            advice = question["dont_know"]
        found.append({
            "question": row["id"], "points": row["points"], "target": row["target"],
            "priority": row["weight"] * (row["target"] - row["points"]), "flag": row["flag"],
            "action": advice["action"], "due_days": advice["due_days"], "topics": question["topics"],
        })  # fmt: skip
    ordered = []  # one after the other, each the most urgent that is left, the first of these in the file
    while found:
        first = min(found, key=lambda gap: ((*FLAGS, None).index(gap["flag"]), -gap["priority"], gap["due_days"]))
        found.remove(first)
        ordered.append(first)
    return ordered


def assess(document, profile, answers):
    """Return the whole result of the answers to a questionnaire, as it is frozen, without the words of the context."""
    shown = shown_of(document, profile, answers)
    rows, scored = [], []
    for section in document["sections"]:
        for question in section["questions"]:
            if "kind" in question:
                continue
            scored.append(question["id"])
            if question["id"] in shown:
                rows.append(question_row(section, question, document, profile, answers.get(question["id"])))
    whole = figures(rows)
    unanswered = [row["id"] for row in rows if row["state"] == "unanswered"]
    flags = [{"question": row["id"], "flag": row["flag"]} for row in rows if row["flag"]]
    headline = "incomplete" if unanswered else whole["band"] or "not_assessed"
    if any(flag["flag"] == "act_first" for flag in flags):
        headline = "act_first"
    return {
        **whole,
        "complete": not unanswered,
        "headline": headline,
        "context": context_of(profile),
        "depth": profile["depth"],
        "sections": [
            {"id": section["id"], **figures([row for row in rows if row["section"] == section["id"]])}
            for section in document["sections"]
        ],
        "flags": flags,
        "gaps": gaps_of(document, rows),
        "not_shown": [name for name in scored if name not in shown],
        "unanswered": unanswered,
        "questions": rows,
    }
