import io
import re
import shlex

import pytest

from sepviz.cli.commands import run
from sepviz.cli.console import Console
from sepviz.cli.guide import COMMANDS, WINDOW
from sepviz.cli.options.layers import option
from sepviz.cli.parser import parse
from sepviz.cli.request import (
    BenchRequest,
    CompareRequest,
    CostRequest,
    DoctorRequest,
    TextRequest,
    UsageError,
    WindowRequest,
)
from sepviz.engine.conventions import CONVENTIONS
from sepviz.study.params import STUDY_PARAMS
from sepviz.study.study import Study

EXAMPLES = [typed for page in (WINDOW, *COMMANDS.values()) for typed, _ in page.examples]
COST_EXAMPLES = [example for example in COMMANDS["cost"].examples if re.search(r"\d,\d", example[1])]


def help_of(*arguments: str) -> str:
    request = parse([*arguments, "--help"])
    assert isinstance(request, TextRequest)
    return request.text


def test_that_nothing_typed_opens_an_empty_window() -> None:
    assert parse([]) == WindowRequest(image=None, study=Study(), verbose=False)


def test_that_a_picture_alone_opens_the_window_with_it() -> None:
    request = parse(["photo 1.jpg", "--verbose", "--out-channels", "8"])
    assert request == WindowRequest(image="photo 1.jpg", study=Study(out_channels=8), verbose=True)


def test_that_a_command_without_layer_options_asks_about_a_new_study() -> None:
    assert parse(["compare", "a.png"]) == CompareRequest(inputs=("a.png",), study=Study())
    assert parse(["cost", "--input", "3x32x32"]) == CostRequest(input_shape=(3, 32, 32), study=Study())
    bench = BenchRequest(input_shape=(3, 32, 32), study=Study(), budget_s=2.0)
    assert parse(["bench", "--input", "3x32x32"]) == bench
    assert parse(["doctor"]) == DoctorRequest()


@pytest.mark.parametrize(
    ("typed", "field", "value"),
    [
        ("--out-channels 8", "out_channels", 8),
        ("--kernel-size 3x5", "kernel_size", (3, 5)),
        ("--kernel-size 5", "kernel_size", (5, 5)),
        ("--stride 2x1", "stride", (2, 1)),
        ("--padding valid", "padding", "valid"),
        ("--padding 2", "padding", ((2, 2), (2, 2))),
        ("--padding 0,1,2,3", "padding", ((0, 1), (2, 3))),
        ("--dilation 2", "dilation", (2, 2)),
        ("--depth-multiplier 3", "depth_multiplier", 3),
        ("--groups 4", "groups", 4),
        ("--baseline grouped", "baseline", "grouped"),
        ("--candidate depthwise", "candidate", "depthwise"),
        ("--bias", "bias", True),
        ("--grey", "grey", True),
        ("--seed 7", "seed", 7),
        ("--init gaussian", "init", "gaussian"),
        ("--size native", "size", 0),
        ("--size=256", "size", 256),
        ("--method reference", "method", "reference"),
        ("--activation relu6", "activation", "relu6"),
    ],
)
def test_that_a_layer_option_sets_its_field_only(typed: str, field: str, value: object) -> None:
    request = parse(["compare", *typed.split(), "a.png"])
    assert isinstance(request, CompareRequest)
    assert request.inputs == ("a.png",)
    changed = {name for name in STUDY_PARAMS if getattr(request.study, name) != getattr(Study(), name)}
    assert changed == {field}
    assert getattr(request.study, field) == value


def test_that_inputs_and_options_may_be_mixed() -> None:
    request = parse(["compare", "a.png", "--size", "64", "b.png", "--json", "-", "c.png"])
    assert isinstance(request, CompareRequest)
    assert (request.inputs, request.study.size, request.json) == (("a.png", "b.png", "c.png"), 64, "-")


@pytest.mark.parametrize(
    "param", [param for param in STUDY_PARAMS.values() if param.kind != "flag"], ids=lambda p: p.name
)
def test_that_a_bad_value_is_told_with_its_option_and_what_would_do(param: object) -> None:
    name = option(param)
    with pytest.raises(UsageError, match=rf"^{name} is .*'?@@.*; (write|choose)"):
        parse(["compare", "a.png", name, "@@"])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("compare", "INPUT is missing; write sepviz compare INPUT"),
        ("cost", "--input is missing; write sepviz cost --input CxHxW"),
        ("cost --input", "--input has no value; write --input CxHxW"),
        ("cost --input 3x32", "--input is '3x32'; write CHANNELSxHEIGHTxWIDTH"),
        ("cost --input 0x32x32", "from 1 to 65,536"),
        ("cost --input 3x8x8 --grey", "sepviz cost has no option '--grey'"),
        ("compare a.png --strid 2", "did you mean --stride?"),
        ("compare a.png --bias=yes", "--bias takes no value"),
        ("compare a.png --seed", "--seed has no value; write --seed N"),
        ("compare a.png --scale 99", "--scale is '99'; write a number from 0.25 to 16"),
        ("bench --input 3x8x8 --budget nan", "--budget is 'nan'; write a number from 0.05 to 600 s"),
        ("doctor x", "cannot use 'x'"),
        ("comapre a.png", "did you mean compare?"),
        ("--out-channels 4 compare a.png", "'compare' is a command and stands first"),
        ("a.png b.png", "'sepviz compare' takes several"),
        ("compare --session missing.sepviz", "--session: missing.sepviz is no file that is there"),
        ("cost --input 3x8x8 --session", "--session has no value; write --session FILE"),
        ("--nothing", "sepviz has no option '--nothing'"),
    ],
)
def test_that_a_wrong_call_is_told_in_one_line_with_the_next_step(typed: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(typed.split())
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_that_size_is_read_where_there_is_no_picture_and_changes_nothing() -> None:
    request = parse(["cost", "--input", "3x8x8", "--size", "64"])
    assert isinstance(request, CostRequest)
    assert request.input_shape == (3, 8, 8)


@pytest.mark.parametrize("command", ["", "compare", "cost", "bench"])
def test_that_help_tells_every_layer_option_with_its_default(command: str) -> None:
    text = " ".join(help_of(*command.split()).split())
    hidden = {"size", "grey"} if command in {"cost", "bench"} else set()
    for param in STUDY_PARAMS.values():
        assert (f" {option(param)} " in text) == (param.name not in hidden)
    assert "default depthwise-separable." in text
    assert "blueprint-separable Pointwise first" in text


def test_that_the_first_help_lists_every_command() -> None:
    text = help_of()
    for page in COMMANDS.values():
        assert re.search(rf"^  {page.name} +{re.escape(page.summary)}$", text, re.MULTILINE)


def test_that_help_wins_over_what_is_wrong_beside_it() -> None:
    assert help_of("compare", "--strid") == help_of("compare")


@pytest.mark.parametrize("typed", EXAMPLES)
def test_that_every_example_of_the_help_can_be_typed(typed: str) -> None:
    program, *arguments = shlex.split(typed)
    assert program == "sepviz"
    assert not isinstance(parse(arguments), TextRequest)


@pytest.mark.parametrize(("typed", "promised"), COST_EXAMPLES)
def test_that_the_numbers_of_the_examples_come_out(typed: str, promised: str) -> None:
    console = Console(out=io.StringIO(), err=io.StringIO())
    request = parse(shlex.split(typed)[1:])
    assert isinstance(request, CostRequest)
    run(request, console)
    printed = console.out.getvalue()
    numbers = re.findall(r"\d[\d,.]*\d", promised)
    assert numbers
    assert [number for number in numbers if number not in printed] == []


def test_that_ways_of_counting_are_chosen_by_name() -> None:
    request = parse(["cost", "--input", "3x32x32", "--count-as", "flops"])
    assert isinstance(request, CostRequest)
    assert request.count_as == ("flops",)
    everything = parse(["cost", "--input", "3x32x32", "--count-as", "all"])
    assert isinstance(everything, CostRequest)
    assert everything.count_as == tuple(CONVENTIONS)
    with pytest.raises(UsageError, match="--count-as has 'thop'; write macs, macs-and-bias, flops"):
        parse(["cost", "--input", "3x32x32", "--count-as", "thop"])
