"""Settlements in which power or line is cut: a part of all cuts, which `make campaign` plays.

After each cut and whatever it takes to finish the settlement: no finding, no gap that the cut does
not explain, the batch number up by one for each batch that was closed, an empty journal, and the
cards have paid what they were to pay.
"""

import pytest

from tests.campaign.benches import with_defect
from tests.campaign.settlement_cuts import CASES, CUTS, terminal_cuts, wrong

OF_EACH = {"terminal": 9, "host": 3, "line": 3}  # cuts; of all of them every 20th or so


def spread(number, every, count):
    """Return some cuts, far from each other and at other places than those of the other cases."""
    places = {(number * 7 + nth * len(every) // count) % len(every) for nth in range(count)}
    return [every[place] for place in sorted(places)]


@pytest.mark.parametrize("of", CUTS)
@pytest.mark.parametrize("each", CASES, ids=str)
def test_no_cut_of_a_settlement_does_harm(each, of):
    every = CUTS[of](each)
    some = spread(CASES.index(each), every, OF_EACH[of]) if every else []
    found = {str(cut): wrong(each, cut) for cut in some}
    assert {name: said for name, said in found.items() if said} == {}
    assert found or (of, str(each)) == ("line", "of an empty batch")  # which sends nothing


def test_every_write_of_a_settlement_is_cut_before_within_and_after():
    names = [str(cut) for cut in terminal_cuts(CASES[0])]
    assert len(set(names)) == len(names)
    writes = {name.partition(" nv ")[2] for name in names if " nv terminal " in name}
    areas = {write.split()[1] for write in writes}
    assert areas == {"settlement", "counters", "journal", "keys"}
    for write in writes:
        assert sum(name.endswith(f"nv {write}") for name in names) == 5


@pytest.mark.parametrize(
    ("defect", "what"),
    [
        ("skips-a-batch-number", "batch 000003 after the settlement of ['000001']"),
        ("keeps-batch-number", "batch 000001 after the settlement of ['000001']"),
        ("keeps-journal", "the journal still holds"),
    ],
)
def test_what_a_settlement_leaves_wrong_is_seen(defect, what):
    each = CASES[-1]
    said = wrong(each, terminal_cuts(each)[-1], with_defect(defect))
    assert any(text.startswith(what) for text in said)
