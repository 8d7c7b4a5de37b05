from sepviz.lab.claims import CLAIMS, PUBLISHED, not_judged


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
    assert all("arXiv" in row.source and "table" in row.source for row in PUBLISHED)


def test_that_a_claim_without_an_experiment_says_so() -> None:
    verdict = not_judged(CLAIMS["accuracy"], "Train first.")
    assert verdict.holds == "not judged yet"
    assert verdict.sentence == "Train first."
    assert verdict.plot is None
