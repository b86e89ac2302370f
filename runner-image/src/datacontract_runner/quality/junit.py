"""Check results as JUnit XML, which CI systems show: a suite per table, a case per check.

Elements as in the schema of Jenkins' xUnit plugin. A warning is a case that passed, with its finding in ``system-out``.
"""

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from datacontract_runner.quality.result import CheckResult

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, section 2.2 "Characters"."""


def junit_xml(contract: str, results: Sequence[CheckResult]) -> str:
    """The results as one document.

    Args:
        contract: ``namespace/name``.
        results: of one run.
    """
    root = ElementTree.Element("testsuites", _counts(contract, results))
    tables = dict.fromkeys(result.table for result in results)
    for table in tables:
        _suite(root, contract, table, [result for result in results if result.table == table])
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: ElementTree.Element, contract: str, table: str, results: Sequence[CheckResult]) -> None:
    suite = ElementTree.SubElement(root, "testsuite", _counts(f"{contract} {table}", results))
    for result in results:
        case = ElementTree.SubElement(
            suite, "testcase", {"classname": _clean(f"{contract}.{table}"), "name": _clean(result.name)}
        )
        if not result.success:
            _tell(case, result)


def _tell(case: ElementTree.Element, result: CheckResult) -> None:
    text = _clean(f"expected {result.expected}, found {result.failure.found}")
    if not result.fails_the_run:
        ElementTree.SubElement(case, "system-out").text = f"warning: {text}"
        return
    element = ElementTree.SubElement(case, "error" if result.error else "failure", {"message": text})
    element.text = "\n".join([_clean(result.path), *(_clean(str(sample)) for sample in result.samples)])


def _counts(name: str, results: Sequence[CheckResult]) -> dict[str, str]:
    failing = [result for result in results if result.fails_the_run]
    errors = sum(bool(result.error) for result in failing)
    return {
        "name": _clean(name),
        "tests": str(len(results)),
        "failures": str(len(failing) - errors),
        "errors": str(errors),
    }


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
