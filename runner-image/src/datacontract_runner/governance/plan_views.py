"""The difference of masking views. Purely computational, no side effects."""

from collections.abc import Iterator
from dataclasses import replace

from datacontract_runner.governance import scan
from datacontract_runner.governance.model import Access, Change, ChangeKind, MaskingView
from datacontract_runner.governance.statements import Statements


def plan_tightened_views(desired: Access, observed: Access, write: Statements) -> Iterator[Change]:
    """Views that show more than they should, reduced to what they may show already."""
    for have, want in _pairs(desired, observed):
        if have is None or have == want:
            continue
        tight = tightened(have, want)
        if tight != have:
            text = f"the view {want.object} masks {_masked(tight)}"
            yield Change(ChangeKind.VIEW, str(want.object), True, (write.create_view(tight),), text)


def plan_completed_views(desired: Access, observed: Access, write: Statements) -> Iterator[Change]:
    """Views to make, and what they show more than before."""
    for have, want in _pairs(desired, observed):
        if have == want or (have is not None and tightened(have, want) == want):
            continue
        text = f"the view {want.object} shows {want.source}, masking {_masked(want)}"
        yield Change(ChangeKind.VIEW, str(want.object), False, (write.create_view(want),), text)


def plan_dropped_views(desired: Access, observed: Access, write: Statements) -> Iterator[Change]:
    """Views that nobody is to read any more."""
    wanted = {view.object for view in desired.views}
    for view in sorted((view for view in observed.views if view.object not in wanted), key=lambda v: v.object):
        text = f"the view {view.object} goes: no role reads it"
        yield Change(ChangeKind.VIEW, str(view.object), False, (write.drop_view(view.object),), text)


def tightened(have: MaskingView, want: MaskingView) -> MaskingView:
    """What a view may show before the new data are visible: what it shows already, masked as it shall be.

    A column that shall be shown clear, or is new, waits. A view that we cannot read back becomes what it shall be.
    """
    if have.columns is None or want.columns is None:
        return want
    shall = dict(want.columns)
    columns = tuple(
        (name, expression if _is_clear(name, shall[name]) else shall[name])
        for name, expression in have.columns
        if name in shall
    )
    return replace(want, columns=columns) if columns else want


def _pairs(desired: Access, observed: Access) -> Iterator[tuple[MaskingView | None, MaskingView]]:
    have = {view.object: view for view in observed.views}
    for want in sorted(desired.views, key=lambda view: view.object):
        yield have.get(want.object), want


def _is_clear(name: str, expression: str) -> bool:
    return scan.unquoted(expression) == name


def _masked(view: MaskingView) -> str:
    names = [name for name, expression in view.columns or () if not _is_clear(name, expression)]
    return ", ".join(names) or "nothing"
