"""A result as lines to read on a terminal. Pure."""

from pledge.questionnaires.definition import Definition
from pledge.questionnaires.effort import title_in
from pledge.questionnaires.result import HEADLINES, Result
from pledge.words.numbers import plural, whole_percent


def in_lines(definition: Definition, result: Result) -> list[str]:
    """Return a result as lines to read."""

    def percent(basis_points: int | None) -> str:
        return "no score" if basis_points is None else f"{whole_percent(basis_points)} %"

    lines = [
        f"{title_in(definition, result.depth)}, version {definition.version}",
        f"{HEADLINES[result.headline]}: {percent(result.score)}, "
        f"{result.weighted_points} of {result.weighted_max} weighted points",
    ]
    if result.unanswered:
        lines.append(f"Not answered: {', '.join(result.unanswered)}")
    for section, part in zip(definition.sections, result.sections, strict=True):
        if part.coverage is not None:
            sums = f"{part.weighted_points} of {part.weighted_max}"
            lines.append(f"  {section.title}: {percent(part.score)}, {sums}")
    lines.append(f"Context: {result.context.level}, {plural(result.context.points, 'point')}")
    lines += [f"  {reason}" for reason in result.context.reasons]
    lines.append(f"Gaps: {len(result.gaps)}")
    for gap in result.gaps:
        flag = f" [{gap.flag}]" if gap.flag else ""
        lines.append(f"  {gap.question}{flag} {gap.points} of {gap.target}, in {gap.due_days} days: {gap.action}")
    return lines
