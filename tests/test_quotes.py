"""Every visible text has one kind of quotation mark: the straight one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import sepviz

FOLDER = Path(sepviz.__file__).parent


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_that_no_text_has_curly_quotation_marks(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert [text for text in texts if set(text) & set("\u201c\u201d\u2018\u2019")] == []
