"""Promises of operations as other programs count them: each number is theirs, and it is said whose."""

from __future__ import annotations

import pytest

from sepviz.engine.conventions import CONVENTIONS
from sepviz.export.counting import counting_json, counting_text
from sepviz.study.costs import count_costs
from sepviz.study.study import Study

COSTS = count_costs(Study(bias=True), (3, 32, 32))


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("macs", (1_769_472, 224_256)), ("macs-and-bias", (1_835_008, 292_864)), ("flops", (3_604_480, 517_120))],
)
def test_that_each_counters_number_is_found_again(name, numbers):
    document = counting_json(COSTS, [CONVENTIONS[name]])
    assert tuple(document[name][side]["operations"] for side in ("baseline", "candidate")) == numbers
    assert sum(document[name]["candidate"]["layers"].values()) == numbers[1]
    text = counting_text(COSTS, [CONVENTIONS[name]])
    assert all(f"{number:,}" in text for number in numbers)


def test_that_the_text_names_parts_rules_and_counters():
    text = counting_text(COSTS, tuple(CONVENTIONS.values()))
    heading, *rows = text.splitlines()
    assert max(map(len, rows)) <= 100
    assert heading.split() == [
        "Operations",
        "A",
        "B",
        "B",
        "against",
        "A",
        "A",
        "standard",
        "B",
        "depthwise",
        "B",
        "pointwise",
    ]
    assert "ptflops" in text
    assert "thop" in text
    assert [row.partition("  ")[0] for row in rows[:3]] == [convention.label for convention in CONVENTIONS.values()]
