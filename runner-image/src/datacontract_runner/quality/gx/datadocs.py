"""Great Expectations' Data Docs of one run: a page per table and an index, which load nothing from anywhere else.

Great Expectations' own template fetches styles, scripts and a logo from other hosts. They are taken out, a small style
sheet takes their place, and a content security policy in each page forbids what might have been missed.
"""

import html
import re
from collections.abc import Sequence
from pathlib import Path

from datacontract_runner.quality.documents import suite_result
from datacontract_runner.quality.gx.engine import quiet
from datacontract_runner.quality.result import CheckResult

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

_ELSEWHERE = re.compile(
    r"<script\b.*?</script\s*>"
    r"|<(?:link|img|iframe)\b[^>]*>"
    r"|<form\b.*?</form\s*>"
    r"|<a\b[^>]*greatexpectations\.io[^>]*>.*?</a\s*>"
    r"|url\(\s*['\"]?(?:https?:)?//[^)]*\)"
    r"|\s(?:src|on\w+)\s*=\s*(?:\"[^\"]*\"|'[^']*')",
    re.DOTALL | re.IGNORECASE,
)
"""What a page would load, run, or send to other hosts."""

_STYLE = """
body {font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #222}
table {border-collapse: collapse; width: 100%; margin: .5rem 0} td, th {border: 1px solid #ccc; padding: .3rem .6rem;
vertical-align: top; text-align: left} .badge, code {background: #eef; border-radius: 3px; padding: 0 .3rem}
.modal, .breadcrumb, .cooltip .top, button, input {display: none} .cooltip {display: inline}
.text-success, .ok {color: #186a3b} .text-danger, .bad {color: #a93226} .text-warning, .warned {color: #9a6700}
"""


def write_docs(contract: str, run_id: str, results: Sequence[CheckResult], folder: Path) -> Path:
    """Writes the pages and returns the path of the index.

    Args:
        contract: ``namespace/name``.
        run_id: the run.
        results: of its checks.
        folder: created if need be; pages of the same names are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = list(dict.fromkeys(result.table for result in results))
    for table in tables:
        documents = [result.document for result in results if result.table == table]
        (folder / f"{table}.html").write_text(
            _offline(_rendered(suite_result(documents, f"{contract} {table}", run_id)))
        )
    index = folder / "index.html"
    index.write_text(_index(contract, run_id, tables, results))
    return index


def _rendered(document: str) -> str:
    """One table's page, as Great Expectations renders it."""
    with quiet():
        from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResultSchema
        from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
        from great_expectations.render.view import DefaultJinjaPageView

        result = ExpectationSuiteValidationResultSchema().loads(document)
        page = ValidationResultsPageRenderer(run_info_at_end=True).render(result)
        return str(DefaultJinjaPageView().render(page))


def _offline(page: str) -> str:
    """The page without anything from other hosts."""
    head = f'<head><meta http-equiv="Content-Security-Policy" content="{_POLICY}"><style>{_STYLE}</style>'
    return re.sub(r"<head\b[^>]*>", lambda _: head, _ELSEWHERE.sub("", page), count=1)


def _index(contract: str, run_id: str, tables: Sequence[str], results: Sequence[CheckResult]) -> str:
    rows = "\n".join(_row(table, [result for result in results if result.table == table]) for table in tables)
    title = html.escape(f"{contract}, run {run_id}")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>\n<table><tr><th>table</th><th>checks</th>"
        f"<th>passed</th><th>warnings</th><th>failed</th></tr>\n{rows}\n</table></body></html>\n"
    )


def _row(table: str, results: Sequence[CheckResult]) -> str:
    passed = sum(result.success for result in results)
    failed = sum(result.fails_the_run for result in results)
    warned = len(results) - passed - failed
    mark = "bad" if failed else "warned" if warned else "ok"
    name = html.escape(table)
    cells = "".join(f"<td>{number}</td>" for number in (len(results), passed, warned, failed))
    return f'<tr class="{mark}"><td><a href="{name}.html">{name}</a></td>{cells}</tr>'
