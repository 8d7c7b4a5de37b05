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
            usage="sepviz compare INPUT... | --session FILE [layer options]\n"
            "       [--out FILE.png|.svg|.pdf | --out-dir DIR] [--scale S] [--json FILE|-] [--csv FILE|-]\n"
            "       [--maps FILE.npz] [--save-session FILE.sepviz] [--time | --no-time]",
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
            usage="sepviz cost --input CxHxW [layer options] [--count-as NAME|all] [--json FILE|-]",
            description="Count what two layers cost for an input of a given shape. Nothing is computed or measured.\n"
            "Every ratio is baseline / candidate: above 1 the candidate has less.",
            examples=(
                (
                    "sepviz cost --input 3x32x32",
                    "64 maps of 3 × 3: 1,769,472 MACs against 224,256, a ratio of 7.89; 1,728 parameters against 219",
                ),
                ("sepviz cost --input 3x32x32 --padding valid", "unpadded, 30 × 30: 1,555,200 MACs against 197,100"),
                (
                    "sepviz cost --input 3x32x32 --bias --count-as all",
                    "with biases: 1,792 parameters against 286; and what fvcore, ptflops, torchinfo print",
                ),
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
            name="sweep",
            summary="count, and measure, both layers along one field or over two",
            usage="sepviz sweep --field FIELD --range RANGE [--against FIELD:RANGE] --input CxHxW|INPUT\n"
            "       [layer options] [--measure] [--budget SECONDS] [--csv FILE|-] [--json FILE|-]",
            description="Change one field of both layers step by step, or two at once, and see where the order of the\n"
            "two changes. A RANGE is START:STOP:COUNT (COUNT values, both ends among them), START:STOP:COUNT:log, or\n"
            "a list such as 1,3,5. Ctrl+C ends it and keeps what is done. Values that cannot be are told and left out.",
            examples=(
                (
                    "sepviz sweep --field out_channels --range 1:512:10:log --input 3x32x32",
                    "from which width on the separable layer has fewer parameters, MACs, bytes",
                ),
                (
                    "sepviz sweep --field size --range 16:512:6:log --input sample:coffee --measure --csv sizes.csv",
                    "on a sample, measured too; the table goes to a file",
                ),
                (
                    "sepviz sweep --field out_channels --range 8:128:5:log --against kernel_size:3:11:5 "
                    "--input 32x28x28 --measure --json -",
                    "both fields at once: where is the separable layer really faster?",
                ),
            ),
        ),
        Page(
            name="animate",
            summary="animate a sliding window or a swept field, as GIF or animated PNG",
            usage="sepviz animate INPUT | --session FILE --out FILE.gif|.png [layer options] [--what slide]\n"
            "       [--pixels N] [--crop SHARE[@DOWN,ACROSS]] [--frames N] [--channel N] [--width PX]\n"
            "       [--frame-ms MS] [--hold-ms MS] [--once]\n"
            "       sepviz animate INPUT | --session FILE --out FILE.gif|.png [layer options] --what sweep\n"
            "       --field FIELD --range RANGE [--show maps|map] [--channel N] [--width PX] [--frame-ms MS] ...",
            description="For slides and posts. slide: the kernels of both layers slide in step over a small copy of\n"
            "the picture; what is read, the depthwise step, the outputs and the multiplications so far grow pixel\n"
            "by pixel. sweep: a field runs through a range; every frame shows what both layers make and cost there.\n"
            "A RANGE is START:STOP:COUNT (COUNT values, both ends among them), START:STOP:COUNT:log, or a list.",
            examples=(
                ("sepviz animate sample:coffee --out slide.gif", "3 × 3 kernels over 16 × 11 pixels: 176 frames"),
                (
                    "sepviz animate photo.jpg --crop 30@50,50 --pixels 12 --kernel-size 5 --channel 3 --out slide.png",
                    "over the middle of a photo, as an animated PNG; map 3 is the one that grows",
                ),
                (
                    "sepviz animate photo.jpg --field out_channels --range 1:64:7:log --out sweep.gif",
                    "1, 2, 4, ... 64 maps: when does the separable layer begin to pay?",
                ),
                (
                    "sepviz animate sample:coffee --what sweep --field dilation --range 1:8:8 --show map --out d.gif",
                    "one map, large, while the kernel spreads",
                ),
            ),
        ),
        Page(
            name="code",
            summary="write the two layers as code: PyTorch, Keras or NumPy, with the exact padding and bias",
            usage="sepviz code [--input CxHxW|INPUT] [layer options] [--framework pytorch|keras|numpy]\n"
            "       [--weights FILE.npz] [--out FILE.py]",
            description="Write a short program that has both layers and runs as it stands. With --weights it loads\n"
            "what 'compare --maps' wrote, runs the layers on that input and prints how far its maps are from ours.",
            examples=(
                ("sepviz code --input 3x224x224 --stride 2", "both layers in PyTorch, with the padding in numbers"),
                ("sepviz code --framework keras --out layers.py", "a file for Keras"),
                (
                    "sepviz code --weights maps.npz",
                    "with the weights that 'sepviz compare photo.jpg --maps maps.npz' saved",
                ),
            ),
        ),
        Page(
            name="article",
            summary="replay an article's experiment with both layers, with its defects and done right",
            usage="sepviz article [INPUT] [--json FILE|-]",
            description="An article compares both layers on 32 × 32 pixels: 3 channels, 64 filters of 3 × 3, no\n"
            "padding. Its numbers beside what they really are; its listing run here; the same loops without its\n"
            "two defects; the same layers with the engine of sepviz.",
            examples=(
                ("sepviz article", "on noise, as in the article; 57,600 and 192 turn out to be no operations"),
                ("sepviz article sample:coffee --json -", "on the centre of a sample, for a script"),
            ),
        ),
        Page(
            name="claims",
            summary="judge what is said of separable layers: seven claims, for your layers and input",
            usage="sepviz claims [INPUT] [layer options] [--experiments NAMES|all|none] [--only NAMES]\n"
            "       [--out FILE.png|.svg|.pdf] [--json FILE|-]",
            description="Seven claims about separable layers, each with its verdict for these layers on this INPUT,\n"
            "the boundary beyond which it turns, the numbers, the assumption and the source.",
            examples=(
                ("sepviz claims", "the default layers on a sample; less time is measured, for some seconds"),
                ("sepviz claims 512x14x14 --out-channels 512 --experiments none", "counted only, for a given shape"),
                ("sepviz claims photo.jpg --experiments all", "with training and many seeds, which takes minutes"),
                ("sepviz claims --only traffic --out card.svg", "one card as a picture"),
            ),
        ),
        Page(
            name="doctor",
            summary="look at what sepviz needs from this machine, and say what is missing",
            usage="sepviz doctor [--measure] [--json FILE|-]",
            description="Look at versions, processor, BLAS, memory, display and whether Qt loads. Each problem is\n"
            "told with its next step. Exit status 0 if all is well, 1 if something needed is missing. The limits\n"
            "of this machine, its fastest matrix product and copy of memory, are what times are judged by.",
            examples=(
                ("sepviz doctor", "what to look at first when the window does not open"),
                ("sepviz doctor --measure", "the limits of this machine, measured anew and remembered"),
            ),
        ),
    )
}

WINDOW = Page(
    name="",
    summary="open the window",
    usage="sepviz [IMAGE | FIGURE | SESSION] [layer options] [--verbose]\n       sepviz COMMAND ...",
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
        ("sepviz figure.png", "the window with the study of a figure that sepviz saved"),
        ("sepviz sample:coffee --out-channels 8 --kernel-size 5", "the window with a sample and other layers"),
        ("sepviz compare photo.jpg --out figure.png", "no window: the same comparison as a table and a figure"),
        ("sepviz cost --input 3x32x32", "1,769,472 MACs against 224,256, a ratio of 7.89"),
    ),
)
