from sepviz.engine.checkpoint import carry_on, part


def test_that_a_part_maps_its_progress_into_the_whole():
    seen = []
    report = part(part(seen.append, 0.5, 1.0), 0.0, 0.5)
    for fraction in (0, 0.5, 1):
        report(fraction)
    assert seen == [0.5, 0.625, 0.75]


def test_that_carrying_on_never_stops_the_work():
    assert carry_on(0.5) is None
