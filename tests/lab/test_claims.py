from sepviz.lab.claims import CHOLLET, CLAIMS, HOWARD, PUBLISHED, not_judged, published_numbers, published_plot


def test_that_the_seven_claims_stand_in_the_order_of_their_cards() -> None:
    assert list(CLAIMS) == [
        *("parameters", "computation", "time", "accuracy", "expressiveness", "traffic", "initialisation")
    ]
    assert all(claim.assertion.endswith(".") and claim.source for claim in CLAIMS.values())


def test_that_the_published_pairs_point_both_ways() -> None:
    full, mobile, inception, xception = PUBLISHED
    assert (full.top1, mobile.top1) == (71.7, 70.6)
    assert xception.top1 > inception.top1
    assert abs(xception.parameters / inception.parameters - 1) < 0.05
    assert all("table" in row.source for row in PUBLISHED)
    assert [row.source.split()[0] for row in PUBLISHED] == ["Howard", "Howard", "Chollet", "Chollet"]
    assert HOWARD.startswith("Howard")
    assert CHOLLET.startswith("Chollet")


def test_that_the_published_table_is_told_and_drawn_with_its_sources() -> None:
    numbers = dict(published_numbers())
    assert numbers["published: MobileNet, standard"] == (
        "71.7 % top-1, 29.3 M parameters, 4.87 G MACs; Howard et al. 2017, table 4"
    )
    assert numbers["published: Xception, depthwise separable"].endswith(
        "22.9 M parameters; Chollet 2017, tables 1 and 3"
    )
    plot = published_plot()
    assert {(mark.x, mark.y) for mark in plot.marks} == {
        place for curve in plot.curves for place in zip(curve.x, curve.y, strict=True)
    }


def test_that_a_claim_without_an_experiment_says_so() -> None:
    verdict = not_judged(CLAIMS["accuracy"], "Train first.")
    assert verdict.holds == "not judged yet"
    assert verdict.sentence == "Train first."
    assert verdict.plot is None
