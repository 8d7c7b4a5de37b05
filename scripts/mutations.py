"""Changes that break a file, one home for the scripts and tests that open broken ones: damage, and false lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    Mutation: TypeAlias = Callable[[bytearray, random.Random], bytearray]

LENGTHS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 2**63 - 1, 2**64 - 1)


def mutated(content: bytes, mutations: Sequence[Mutation], chance: random.Random) -> bytes:
    """Return `content` after one to three of the `mutations`."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        content = bytes(chance.choice(mutations)(bytearray(content or b"\0"), chance))
    return content


def flip_bits(content: bytearray, chance: random.Random) -> bytearray:
    """Turn some bits over."""
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return content


def cut(content: bytearray, chance: random.Random) -> bytearray:
    """Keep the beginning."""
    return content[: chance.randrange(len(content))]


def splice(content: bytearray, chance: random.Random) -> bytearray:
    """Put a piece into another place, over what is there or between it."""
    start, end = sorted(chance.sample(range(len(content) + 1), 2))
    place = chance.randrange(len(content) + 1)
    piece = content[start:end]
    return content[:place] + piece + content[place + chance.choice((0, len(piece))) :]


def set_length(content: bytearray, chance: random.Random) -> bytearray:
    """Write a number that may be a length, in either order of its bytes."""
    size = chance.choice((1, 2, 4, 8))
    place = chance.randrange(len(content))
    value = chance.choice(LENGTHS) & (2 ** (8 * size) - 1)
    content[place : place + size] = value.to_bytes(size, chance.choice(("little", "big")))
    return content


def change_digits(content: bytearray, chance: random.Random) -> bytearray:
    """Change numbers that are written as text."""
    places = [place for place, byte in enumerate(content) if chr(byte).isdigit()]
    for place in chance.sample(places, min(len(places), 3)):
        content[place : place + 1] = chance.choice((b"9", b"0", b"-1", b"99999999999999999999", b"1e9", b"[", b"'"))
    return content


MUTATIONS: tuple[Mutation, ...] = (flip_bits, cut, splice, set_length, change_digits)
"""What does for a file of any kind."""
