"""How often the packaged rules find the right topics of labelled headlines."""

import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from bot.catalogue import load
from bot.domain.topics import decide

LABELLED = tomllib.loads(
    (Path(__file__).parents[1] / "fixtures" / "headlines.toml").read_text(encoding="utf-8")
)


def cases(name):
    """What to ask, what is right, and what is acceptable."""
    for row in LABELLED[name]:
        if name.endswith("sectioned"):
            where, section, title, right, fine = row
            asked = {"category": {"categories": section.split(";")}, "section": {"section": section}}
            yield {"title": title, **asked.get(where, {"link": section})}, right.split(), fine.split()
        else:
            title, right, fine, *lead = row
            yield {"title": title, "lead": "".join(lead)}, right.split(), fine.split()


def is_right(found, right, fine):
    """Whether a right topic was found and none that is wrong."""
    return bool(set(found) & set(right)) and set(found) <= {*right, *fine}


def accuracy(name):
    """The share that is right, and what was not; prints it for each topic."""
    topics, asked, hits, wrong = load(None).topics, Counter(), Counter(), []
    for given, right, fine in cases(name):
        found = decide(topics, **given).topics
        good = is_right(found, right, fine)
        asked[right[0]] += 1
        hits[right[0]] += good
        if not good:
            wrong.append(f"{given}: {', '.join(found)} instead of {', '.join(right)}")
    share = hits.total() / asked.total()
    lines = [f"\n{name}: {hits.total()} of {asked.total()} right, {share:.1%}"]
    lines += [f"  {slug:12} {hits[slug]:3} of {count:3}" for slug, count in asked.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    return share, "\n".join(wrong)


@pytest.mark.parametrize(
    ("name", "least"),
    [("sectioned", 0.99), ("unseen_sectioned", 0.95), ("tuning", 0.98), ("unseen", 0.85)],
)
def test_the_packaged_rules_are_right_often_enough(name, least):
    share, wrong = accuracy(name)
    assert share >= least, wrong


def test_the_labels_are_sound_and_cover_every_topic():
    slugs = {topic.slug for topic in load(None).topics}
    assert len(LABELLED["sectioned"]) >= 320
    assert len(LABELLED["tuning"]) + len(LABELLED["unseen"]) >= 250
    for name in LABELLED:
        rights = Counter(slug for _, right, _ in cases(name) for slug in right)
        assert min(rights[slug] for slug in slugs - {"other"}) >= 4
        assert all({*right, *fine} <= slugs for _, right, fine in cases(name))
    titles = [given["title"] for name in ("tuning", "unseen") for given, _, _ in cases(name)]
    assert len(titles) == len(set(titles))


def test_a_topic_that_is_wrong_or_missing_is_not_right():
    assert is_right(("sport", "welt"), ["sport"], ["welt"])
    assert not is_right(("sport", "welt"), ["sport"], [])
    assert not is_right(("welt",), ["sport"], ["welt"])
