"""Every cut of every settlement, some minutes: `make campaign`; the tests play a part of them."""

import pytest

from tests.campaign.settlement_cuts import CASES, CUTS, wrong


@pytest.mark.parametrize("of", CUTS)
@pytest.mark.parametrize("each", CASES, ids=str)
def test_no_cut_of_a_settlement_does_harm(each, of):
    found = {str(cut): wrong(each, cut) for cut in CUTS[of](each)}
    assert {name: said for name, said in found.items() if said} == {}
