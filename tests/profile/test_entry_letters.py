from harness.profile.entry_letters import letters


def test_letters_are_found_by_the_first_two_digits_of_the_entry_mode():
    assert letters({}, "021") == {"S", "F"}
    assert letters({}, "012") == {"M"}
    assert letters({"entry_letters": ("05 I",)}, "051") == {"I"}


def test_what_the_profile_does_not_name_has_no_letter():
    assert letters({}, "991") == frozenset()
    assert letters({"entry_letters": ()}, "021") == frozenset()
