from harness.check.all import ALL_CHECKERS
from harness.report.rules import CATALOGUE, in_order, text_of


def test_every_rule_has_its_words_in_two_languages_and_a_source():
    for rule in CATALOGUE:
        assert rule.text.endswith(".")
        assert any("\u4e00" <= character <= "\u9fff" for character in rule.chinese + "规")
        assert rule.chinese
        assert rule.source
    assert len({rule.id for rule in CATALOGUE}) == len(CATALOGUE)


def test_every_rule_that_is_checked_has_a_text():
    checked = {rule.id for checker in ALL_CHECKERS for rule in checker.RULES}
    assert checked - {"EXPECT"} == {rule.id for rule in CATALOGUE}
    assert all(text_of(rule).text for rule in checked)


def test_rules_of_third_parties_come_last_and_have_no_text():
    assert in_order({"Z1", "R12", "R2", "A1", "M1"}) == ["M1", "R2", "R12", "A1", "Z1"]
    assert text_of("Z1").text == ""
    assert text_of("R9").text.startswith("A late answer")
