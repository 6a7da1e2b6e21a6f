"""Mojibake is repaired; correct text is left as it is."""

import pytest

from pipelines.files.mojibake import repair

RIGHT = (
    "boyfriend’s", "She said “no” – twice…", "café, naïve, Ångström, œuvre", "Он сказал правду.",
    "彼は家に帰った。", "A thumbs up 👍🏽 and a family 👨‍👩‍👧", "5 € or £4", "São Paulo",
    "GROẞE STRASSE", "It's plain ASCII, “quoted” only here",
    "&amp; stays, and ﬁ stays", "½ cup at 30°",
)  # fmt: skip


@pytest.mark.parametrize("text", RIGHT)
def test_correct_text_is_not_changed(text):
    assert repair(text) == text


@pytest.mark.parametrize("text", RIGHT[:3] + RIGHT[6:8])
def test_utf8_read_as_cp1252_is_repaired(text):
    wrong = text.encode().decode("cp1252", "surrogateescape")
    wrong = "".join(chr(ord(c) - 0xDC00) if "\udc80" <= c <= "\udcff" else c for c in wrong)
    assert wrong != text
    assert repair(wrong) == text


def test_it_may_have_happened_twice():
    assert repair("boyfriendÃ¢â‚¬â„¢s") == "boyfriend’s"
