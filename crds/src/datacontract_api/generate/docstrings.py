"""The strings that stand below members of an enum, which Python drops and the reference shows."""

import ast
import inspect
import itertools
import textwrap
from enum import Enum


def member_docs(enum: type[Enum]) -> dict[str, str]:
    """Docstring by member name; members without one are left out."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(enum)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    docs = {}
    for member, text in itertools.pairwise(body):
        if isinstance(member, ast.Assign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            name = member.targets[0]
            assert isinstance(name, ast.Name)
            docs[name.id] = " ".join(str(text.value.value).split())
    return docs
