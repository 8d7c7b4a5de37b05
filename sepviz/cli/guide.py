"""The words of the help: for each command what it is for, how it is called, and examples with what comes out.

The numbers in the examples are those of the layer that most people meet first: 3 channels in, 64 maps of 3 × 3 out,
on 32 × 32 pixels. A test computes them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The help of one command; `examples` are (what is typed, what comes of it)."""

    name: str
    summary: str
    usage: str
    description: str
    examples: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        """What is typed for the command."""
        return f"sepviz {self.name}".strip()


COMMANDS: dict[str, Page] = {
    command.name: command
    for command in (
        Page(
            name="compare",
            summary="compare the two layers on pictures: table, figure, JSON, CSV, feature maps",
            usage="sepviz compare INPUT... [layer options]\n"
            "       [--out FILE.png|.svg|.pdf | --out-dir DIR] [--scale S] [--json FILE|-] [--csv FILE|-]\n"
            "       [--maps FILE.npz] [--time | --no-time]",
            description="Run two convolution layers, baseline and candidate, on each INPUT and print what they cost.\n"
            "Every ratio is baseline / candidate: above 1 the candidate has less.",
            examples=(
                ("sepviz compare sample:coffee", "the default layers, 64 maps of 3 × 3: 7.89 times fewer MACs"),
                ("sepviz compare photo.jpg --out figure.pdf", "the same on your own photo, as a figure for a paper"),
                ("sepviz compare *.jpg --size 256 --out-dir figures", "a figure for each photo, at 256 pixels"),
                (
                    "sepviz compare pattern:impulse --init sobel-x --maps maps.npz",
                    "an impulse shows each kernel; the maps go to NumPy",
                ),
                (
                    "sepviz compare sample:coffee --candidate grouped --groups 3 --out-channels 63 --json -",
                    "for a script",
                ),
            ),
        ),
        Page(
            name="cost",
            summary="count parameters, MACs, bytes and arithmetic intensity; needs no picture",
            usage="sepviz cost --input CxHxW [layer options] [--json FILE|-]",
            description="Count what two layers cost for an input of a given shape. Nothing is computed or measured.\n"
            "Every ratio is baseline / candidate: above 1 the candidate has less.",
            examples=(
                (
                    "sepviz cost --input 3x32x32",
                    "64 maps of 3 × 3: 1,769,472 MACs against 224,256, a ratio of 7.89; 1,728 parameters against 219",
                ),
                ("sepviz cost --input 3x32x32 --padding valid", "unpadded, 30 × 30: 1,555,200 MACs against 197,100"),
                ("sepviz cost --input 3x32x32 --bias", "with biases: 1,792 parameters against 286"),
                (
                    "sepviz cost --input 512x14x14 --out-channels 512",
                    "a deep layer: 8.85 times fewer MACs, and fewer bytes too",
                ),
                ("sepviz cost --input 3x32x32 --kernel-size 1", "1 × 1: the separable layer costs more"),
            ),
        ),
        Page(
            name="bench",
            summary="measure the time both layers take on this machine; needs no picture",
            usage="sepviz bench --input CxHxW [layer options] [--budget SECONDS] [--json FILE|-]",
            description="Time two layers in turn on this machine, warmed up, on seeded noise of a given shape.\n"
            "The measured speed-up stands beside the ratio of MACs: they are not the same.",
            examples=(
                ("sepviz bench --input 3x32x32", "64 maps of 3 × 3: is it 7.89 times faster, as the MACs promise?"),
                ("sepviz bench --input 128x56x56 --out-channels 128", "more channels, more arithmetic for each byte"),
                (
                    "sepviz bench --input 3x32x32 --method reference",
                    "plain Python loops: the overhead decides, not the MACs",
                ),
                ("sepviz bench --input 32x112x112 --budget 10 --json -", "a longer, steadier measurement for a script"),
            ),
        ),
        Page(
            name="doctor",
            summary="look at what sepviz needs from this machine, and say what is missing",
            usage="sepviz doctor [--json FILE|-]",
            description="Look at versions, processor, memory, display and whether Qt loads. Each problem is told with\n"
            "its next step. Exit status 0 if all is well, 1 if something needed is missing.",
            examples=(("sepviz doctor", "what to look at first when the window does not open"),),
        ),
    )
}

WINDOW = Page(
    name="",
    summary="open the window",
    usage="sepviz [IMAGE] [layer options] [--verbose]\n       sepviz COMMAND ...",
    description="See, on your own picture, what a standard and a depthwise separable convolution layer do, and what\n"
    "each costs. Without a command the window opens.\n\n"
    + "\n".join(
        (
            "commands ('sepviz COMMAND --help' tells more):",
            *(f"  {row.name:<9} {row.summary}" for row in COMMANDS.values()),
        )
    ),
    examples=(
        ("sepviz", "the window; drop a picture on it"),
        ("sepviz photo.jpg", "the window with that picture"),
        ("sepviz sample:coffee --out-channels 8 --kernel-size 5", "the window with a sample and other layers"),
        ("sepviz compare photo.jpg --out figure.png", "no window: the same comparison as a table and a figure"),
        ("sepviz cost --input 3x32x32", "1,769,472 MACs against 224,256, a ratio of 7.89"),
    ),
)
