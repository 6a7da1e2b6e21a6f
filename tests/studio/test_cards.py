import random

from pipelines.views.judgments import Judged, PairDetail
from pipelines.views.numbers import Figure
from pipelines.views.preference_rows import FileView, RowDetail, RowView
from pipelines.views.replies import RequestView
from pipelines.views.stories import FamilyDetail, Reason, StoryView, WordingView
from studio.cards import callout, figures_list, judged_card, marked, note, pair_card
from studio.families.card import family_card, light
from studio.families.replies import replies_card
from studio.imported import files_card
from studio.preference_data.browse import row_card
from studio.tables import Place, table
from studio.words import compare

HOSTILE = "<script>alert(1)</script></textarea><a href='javascript:x'>\u202eabc"


def story(text, arm="male"):
    return StoryView(1, arm, HOSTILE, text, excluded=False)


def judged(text=HOSTILE, mass=0.5):
    return Judged(story(text), "Moral", (0.7, 0.1, 0.1, 0.1), None, mass, HOSTILE, HOSTILE)


def test_hostile_text_is_text_in_every_card():
    wording = WordingView(1, (story(HOSTILE), story("other", "female")), "red", False,
                          (Reason("rouge", "red", HOSTILE),), 0.5)  # fmt: skip
    family = FamilyDetail(HOSTILE, HOSTILE, HOSTILE, "plot", "train", "import", None, HOSTILE,
                          HOSTILE, (wording,), ((HOSTILE, HOSTILE),))  # fmt: skip
    told = ((HOSTILE, HOSTILE),)
    row = RowDetail(RowView(1, HOSTILE, HOSTILE, "", "train", "", "", 1, True), told, told, told,
                    (HOSTILE,), told)  # fmt: skip
    request = RequestView(HOSTILE, {"theme": HOSTILE}, 2, 1, {HOSTILE: 1}, ((HOSTILE, HOSTILE),))
    file = FileView(HOSTILE, "preferences", HOSTILE, 2, 1, {HOSTILE: 1}, {HOSTILE: 1}, (HOSTILE,))
    pair = PairDetail(HOSTILE, HOSTILE, HOSTILE, "train", "plot", 1, HOSTILE, "scored", True, 2,
                      "male", 1.0, 0.5, 0.1, 0.4, (judged(), judged("other")))  # fmt: skip
    rows = table(["a"], [(HOSTILE, [HOSTILE])], "nothing")
    cards = (family_card(family), pair_card(pair), callout(HOSTILE, [HOSTILE]), rows, note(HOSTILE),
             row_card(row), replies_card([request]), files_card([file]))  # fmt: skip
    for html in cards:
        assert "<script" not in html
        assert "</textarea" not in html
        assert "<a " not in html
        assert "&lt;" in html


def test_words_that_differ_are_marked_and_nothing_else():
    html = marked("He took his bag.", "She took her bag.")
    assert html == "<mark>He</mark> took <mark>his</mark> bag."


def test_the_pieces_of_a_comparison_are_the_text():
    draw = random.Random(0)
    signs = "ab \n.,'’_é\u0301\u202e<>&{}中"
    for _ in range(300):
        text, other = ("".join(draw.choices(signs, k=draw.randrange(40))) for _ in range(2))
        assert "".join(piece.text for piece in compare(text, other)) == text


def test_equal_texts_have_nothing_marked():
    assert not any(piece.differs for piece in compare("The same.", "The same."))


def test_a_model_that_ignores_the_format_is_called_out():
    html = judged_card(judged(mass=0.008), "other")
    assert "only 0.8 % of its probability on the four options" in html
    assert "hardly follows" not in judged_card(judged(mass=0.6), "other")


def test_an_undefined_number_says_why_and_is_not_zero():
    html = figures_list([Figure("x_rate", "X", "What it is.", 0.0, reason="no pair was judged")])
    assert "undefined: no pair was judged" in html
    assert "0.0 %" not in html


def test_a_number_comes_with_interval_sample_and_fair_point():
    figure = Figure("mismatch_rate", "M", "How often.", 0.0, 0.25, 0.1, 0.4, 40, 12)
    html = figures_list([figure])
    for part in ("25.0 %", "10.0 % to 40.0 %", "n = 40, 12 families", "Fair: 0 %"):
        assert part in html


def test_a_place_goes_forward_and_back_and_stays_at_the_ends():
    place = Place()
    assert place.moved(-1).after is None
    assert place.moved(1) == place  # no following page is known
    second = Place(following=("k",)).moved(1)
    assert second.after == ("k",)
    assert second.moved(-1).after is None


def test_a_light_has_a_sign_and_a_word_beside_its_color():
    shown = {name: light(name) for name in ("green", "amber", "red", "")}
    assert len({html.split("</i>")[0][-1] for html in shown.values()}) == 4
    assert all(word in shown[word] for word in ("green", "amber", "red"))
    assert "unchecked" in shown[""]


def test_a_red_wording_offers_to_be_judged_and_an_allowed_one_to_be_left_out():
    def shown(allowed):
        wording = WordingView(2, (story("a"),), "red", allowed)
        return family_card(FamilyDetail("f", "t", "t", "plot", "train", "model", None, "", "",
                                        (wording,)))  # fmt: skip

    assert 'data-key="wording:f#2:in"' in shown(False)
    assert "out of judging" in shown(False)
    assert 'data-key="wording:f#2:out"' in shown(True)
