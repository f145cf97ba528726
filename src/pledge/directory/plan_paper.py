"""The one-page plan as one of the papers to start from. Pure."""

from pledge.actions.papers.reading import Block, Paper
from pledge.directory.guidance import Plan

HELPS = ("procurement p-f2", "procurement p-f4", "recruitment r-f4", "recruitment r-f5")


def plan_paper(plan: Plan) -> Paper:
    """Return the plan as a paper with the firm’s name in it."""
    blocks = [Block(text="{firm}, {day}"), Block(text=plan.intro)]
    for part in plan.parts:
        blocks.append(Block(heading=part.title))
        blocks += [Block(points=part.lines)] if part.lines else []
        blocks += [Block(blanks=part.blanks)] if part.blanks else []
    return Paper(title=plan.title, about=plan.intro, sources=(plan.source,), helps=HELPS, blocks=tuple(blocks))
