import pytest

from pledge.questionnaires.checks.wording import means_unsure


@pytest.mark.parametrize(
    "label",
    [
        "Not sure",
        "We’re not really sure",
        "No, or not sure",
        "Unsure",
        "Uncertain",
        "I am not certain",
        "Don’t know",
        "Don't know",
        "We do not know",
        "No / we don’t know",
        "We don’t really know who employs them",
        "We do not yet know",
        "Yes, or we think so",
        "We hope so",
        "No idea",
        "Hard to say",
        "We can’t say",
        "Unknown",
        "Not known",
        "Maybe",
        "Perhaps not",
        "Possibly, if asked",
    ],
)
def test_a_label_that_means_not_sure_is_found(label):
    assert means_unsure(label)


@pytest.mark.parametrize(
    "label",
    [
        "No",
        "Nobody has checked",
        "We have never asked",
        "We know the contractor, not who they use",
        "Yes, yearly, and it says what we found and what we do not yet know",
        "They do not know which number to call",
        "Written, not widely known",
        "We make sure of it each year",
        "We are sure, and it is written down",
        "People know whom to tell",
        "We assume that the agency checks",
    ],
)
def test_a_label_that_says_what_is_done_passes(label):
    assert not means_unsure(label)
