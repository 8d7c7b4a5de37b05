import pytest

from sepviz.engine.spec import EngineError
from sepviz.study import memory
from sepviz.study.costs import count_costs, find_problems, find_whole_problems
from sepviz.study.memory import LIMITS, Limits, gibibytes, refuse_unless_kept, smaller_side, survey_bytes, whole_bytes
from sepviz.study.picture import Picture
from sepviz.study.study import Study

HUGE = (3, 10_000, 10_000)


def test_that_all_maps_and_the_input_are_counted():
    costs = count_costs(Study(out_channels=4), HUGE)
    assert whole_bytes(costs) == 4 * 10**8 * (3 + 4 + 3 + 4)


def test_that_a_survey_of_any_picture_needs_less_than_a_gibibyte():
    assert survey_bytes(Study()) < 2**30


def test_that_shrinking_a_picture_counts():
    def survey_of(size):
        pixels = type("Pixels", (), {"shape": (10_000, 10_000, 3), "ndim": 3})()
        picture = Picture(location="a", name="a", pixels=pixels, mode="RGB", digest="a")
        return survey_bytes(Study(picture=picture, size=size))

    assert survey_of(0) < survey_of(8000)


def test_that_large_maps_are_no_problem_but_cannot_be_held_whole(monkeypatch):
    monkeypatch.setattr(memory, "physical_memory", lambda: 2**31)
    study = Study(out_channels=4)
    assert find_problems(study, HUGE) == ()
    (problem,) = find_whole_problems(study, HUGE)
    assert problem.field == "size"
    assert "5.2 GiB" in problem.message
    assert "1.0 GiB" in problem.message


def test_that_the_smaller_side_that_is_named_is_small_enough(monkeypatch):
    monkeypatch.setattr(memory, "physical_memory", lambda: 2**34)
    study = Study(out_channels=64)
    with pytest.raises(EngineError, match=r"at most 1\.0 GiB are kept") as refused:
        refuse_unless_kept(count_costs(study, HUGE))
    side = int(str(refused.value).split("at most ")[-1].split(" px")[0].replace(",", ""))
    assert LIMITS.keeps(count_costs(study, (3, side, side)))
    assert not LIMITS.keeps(count_costs(study, (3, side + 64, side + 64)))


def test_that_a_side_is_never_named_that_no_picture_has():
    assert smaller_side((3, 10, 10), 1e12, 1.0) == 1


def test_that_a_small_machine_keeps_less(monkeypatch):
    costs = count_costs(Study(out_channels=4), (3, 1000, 1000))
    assert Limits().keeps(costs)
    monkeypatch.setattr(memory, "physical_memory", lambda: 2**24)
    assert not Limits().keeps(costs)


def test_that_free_memory_is_read_from_the_system(tmp_path, monkeypatch):
    told = tmp_path / "meminfo"
    told.write_text("MemTotal:  100 kB\nMemAvailable:  7 kB\n", encoding="ascii")
    monkeypatch.setattr(memory, "_MEMORY_FILE", told)
    assert memory.free_memory() == 7 * 1024
    told.unlink()
    assert memory.free_memory() == memory.physical_memory() // 2


def test_that_bytes_are_written_with_their_unit():
    assert (gibibytes(5.6e9), gibibytes(40 * 2**20)) == ("5.2 GiB", "40 MiB")
