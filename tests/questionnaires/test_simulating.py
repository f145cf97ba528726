"""``pledge questionnaires simulate``: random walks that find what is broken, and say how to see it again."""

import json

import msgspec
import pytest
from click.testing import CliRunner

from pledge.cli import main
from pledge.questionnaires import simulating
from pledge.questionnaires.answer_files import filled, read_answers
from pledge.questionnaires.proving.walks import cut_points
from pledge.questionnaires.simulating import make_walk, simulate
from pledge.questionnaires.visibility import effective_answers


@pytest.fixture
def pledge():
    return lambda *words: CliRunner().invoke(main, ["questionnaires", "simulate", *map(str, words)])


@pytest.fixture
def kinds(fixture_definition):
    return fixture_definition("kinds")


def walks(definition, count=200, seed=1):
    cuts = cut_points(definition)
    return [make_walk(definition, cuts, seed, number) for number in range(1, count + 1)]


def test_nothing_fails_in_what_comes_with_pledge(pledge):
    run = pledge("--walks", 60)
    assert run.exit_code == 0, run.output
    assert [line.split(": ")[1] for line in run.stdout.splitlines()] == ["60 walks, nothing fails"] * 3


def test_nothing_fails_with_any_kind_of_question(pledge, fixture_file):
    run = pledge(fixture_file("valid/kinds"), "--walks", 300, "--seed", 7)
    assert (run.exit_code, run.stdout) == (0, "kinds 1: 300 walks, nothing fails\n")


def test_a_walk_follows_from_its_seed_and_number(kinds):
    assert walks(kinds) == walks(kinds)
    assert walks(kinds, seed=2) != walks(kinds)


def test_the_walks_meet_every_answer_every_edge_and_every_question(kinds):
    found = walks(kinds)
    seen = {name: {each.answers[name] for each in found if name in each.answers} for name in ("trained", "people")}
    assert {(answer.value, answer.dont_know) for answer in seen["trained"]} == {
        ("no", False), ("yes", False), (None, True)
    }  # fmt: skip
    assert {"1", "5000", "49", "50"} <= {answer.value for answer in seen["people"]}
    chosen = {each.answers["found-by"].values for each in found if "found-by" in each.answers}
    assert ("none",) in chosen and any(len(values) > 1 for values in chosen)
    assert all("none" not in values for values in chosen if len(values) > 1)
    assert {name for each in found for name in each.answers} == {question.id for question in kinds.questions}
    assert any(each.hidden for each in found) and any(not each.profile.kind for each in found)
    assert any("trained" not in each.answers for each in found)


def test_answers_to_what_is_not_shown_stand_apart(kinds):
    for each in walks(kinds):
        shown = effective_answers(kinds, each.profile, each.answers | each.hidden)
        assert set(each.answers) <= set(shown) and not set(each.hidden) & set(shown)


def test_an_answers_file_is_read_back_as_it_was(kinds):
    for each in walks(kinds):
        data = json.dumps(filled(each.profile, each.answers)).encode()
        assert read_answers(kinds, data) == (each.profile, each.answers)


def change(key, value):
    """Return a scorer that is right but for one part of its result."""
    true = simulating.score
    return lambda *given: msgspec.structs.replace(true(*given), **{key: value})


def hidden_count(definition, profile, answers, true=simulating.score):
    return msgspec.structs.replace(true(definition, profile, answers), coverage=len(answers))


def no_gaps(*given, true=simulating.score):
    result = true(*given)
    return msgspec.structs.replace(result, gaps=result.gaps[:0])


def crashes(*_):
    raise RuntimeError("no\nfigures")


@pytest.mark.parametrize(
    ("name", "broken", "said"),
    [
        ("score", crashes, "RuntimeError: no figures"),
        ("score", change("score", 5001), "the score is 5001, and should be "),
        ("score", change("weighted_points", 3), "the points are 3 of "),
        ("score", change("not_shown", ("x",)), "it counts ['x'] as not shown"),
        ("score", change("unanswered", ("x",)), "it misses answers to ['x']"),
        ("score", change("headline", "act_first"), "the headline is act_first with the flags []"),
        ("score", hidden_count, "answers to questions that are not shown change the result"),
        ("from_json", lambda _: None, "the result is another when it is read again"),
        ("explain", lambda *_: (), "not every answer that counts is explained"),
        ("shown_pages", lambda *_: (), "the pages do not have what is shown, in its order"),
        ("in_words", lambda *_: "", "there are no words for the answer"),
        ("in_lines", lambda *_: [], "not every gap is printed"),
    ],
)
def test_what_is_broken_is_found(monkeypatch, kinds, name, broken, said):
    monkeypatch.setattr(simulating, name, broken)
    found = [failure.message for failure in simulate(kinds, 60, 1)]
    assert any(said in message for message in found), found


def test_a_level_without_its_caps_and_a_flag_without_a_gap_are_found(monkeypatch, make, define):
    question, _ = make
    definition = define([question("first", flags={0: "act_first", 1: "foundation"}), question("second")])
    monkeypatch.setattr(simulating, "score", change("band", "leading"))
    assert any("the level is leading with the flags [" in each.message for each in simulate(definition, 60, 1))
    monkeypatch.undo()
    monkeypatch.setattr(simulating, "score", no_gaps)
    assert any("by a question that is no gap" in each.message for each in simulate(definition, 60, 1))


def test_a_wrong_promise_is_found(monkeypatch, kinds):
    true = simulating.explain

    def more(*given):
        return [
            msgspec.structs.replace(
                each, improvements=[msgspec.structs.replace(i, adds_weighted_points=1) for i in each.improvements]
            )
            for each in true(*given)
        ]

    monkeypatch.setattr(simulating, "explain", more)
    assert any("are foretold" in failure.message for failure in simulate(kinds, 60, 1))


def test_a_failure_is_a_line_with_the_answers_that_repeat_it(pledge, monkeypatch, fixture_file, tmp_path):
    path = fixture_file("valid/kinds")
    with monkeypatch.context() as patched:
        patched.setattr(simulating, "score", change("score", 5001))
        run = pledge(path, "--walks", 3, "--seed", 5, "--into", tmp_path)
    assert run.exit_code == 1
    first, *_, last = run.stdout.splitlines()
    file = tmp_path / "kinds-seed-5-walk-1.json"
    assert first.startswith(f"{path}: seed 5, walk 1: the score is 5001, and should be ")
    assert first.endswith(f" basis points. Its answers are in {file}.")
    assert last == "kinds 1: 3 walks, 3 of them fail"
    assert sorted(each.name for each in tmp_path.iterdir()) == [f"kinds-seed-5-walk-{n}.json" for n in (1, 2, 3)]
    assert CliRunner().invoke(main, ["questionnaires", "score", str(path), str(file)]).exit_code in (0, 1)


def test_ten_walks_that_fail_are_enough(pledge, monkeypatch, fixture_file, tmp_path):
    monkeypatch.setattr(simulating, "score", crashes)
    run = pledge(fixture_file("valid/kinds"), "--into", tmp_path)
    assert (run.exit_code, len(list(tmp_path.iterdir()))) == (1, 10)
    assert run.stdout.splitlines()[-1].endswith("stopped after 10 walks that fail")


def test_what_cannot_be_used_or_written_is_refused(pledge, monkeypatch, fixture_file, tmp_path):
    run = pledge(fixture_file("invalid/points-range"))
    assert (run.exit_code, run.stdout) == (2, "") and "cannot be used: line 17" in run.stderr
    monkeypatch.setattr(simulating, "score", crashes)
    run = pledge(fixture_file("valid/kinds"), "--into", tmp_path / "absent")
    assert run.exit_code == 2 and "cannot be written: no such file or directory." in run.stderr
    assert pledge("--walks", 0).exit_code == 2
