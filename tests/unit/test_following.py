"""What a chat follows after joining and leaving topics."""

from bot.domain.following import joined, left

EVERY = ("politik", "sport", "other")


def test_topics_are_added():
    assert joined({"sport"}, {"politik"}) == {"sport", "politik"}


def test_all_stands_alone_and_covers_single_topics():
    assert joined({"sport"}, {"all"}) == {"all"}
    assert joined({"all"}, {"sport"}) == {"all"}


def test_leaving_one_of_all_keeps_the_rest_by_name():
    assert left({"all"}, {"sport"}, EVERY) == {"politik", "other"}


def test_leaving_all_leaves_nothing():
    assert left({"all"}, {"all"}, EVERY) == set()
    assert left({"sport"}, {"all"}, EVERY) == set()


def test_leaving_what_is_not_followed_changes_nothing():
    assert left({"sport"}, {"politik"}, EVERY) == {"sport"}
