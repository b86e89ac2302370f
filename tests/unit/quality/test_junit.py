"""JUnit XML for CI."""

from xml.etree import ElementTree

from datacontract_api.quality import Severity
from datacontract_runner.quality.check import Origin
from datacontract_runner.quality.junit import junit_xml
from datacontract_runner.quality.result import CheckResult
from datacontract_runner.quality.samples import Sample


def _result(name: str, *, success: bool, severity: Severity = Severity.ERROR, error: str = "") -> CheckResult:
    return CheckResult(
        name=name,
        table=name.partition(" ")[0],
        columns=("a",),
        severity=severity,
        origin=Origin.LIBRARY,
        expectation="expect_column_values_to_not_be_null",
        compiled=True,
        success=success,
        expected="0 % null",
        found="25 % null (2 of 8)",
        error=error,
        path="spec.schema[0].quality[0]",
        samples=() if success else (Sample({"id": 7}, {"a": 'x\0<&"]]>'}),),
    )


RESULTS = [
    _result("t one", success=True),
    _result("t two", success=False),
    _result("u three", success=False, severity=Severity.WARNING),
    _result("u four", success=False, error="no such column"),
]


def test_every_check_is_a_case_in_its_tables_suite() -> None:
    root = ElementTree.fromstring(junit_xml("default/c", RESULTS))
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [("default/c t", "2"), ("default/c u", "2")]
    assert {key: root.get(key) for key in ("tests", "failures", "errors")} == {
        "tests": "4",
        "failures": "1",
        "errors": "1",
    }


def test_errors_fail_warnings_are_told_and_what_broke_is_an_error() -> None:
    cases = {
        case.get("name"): case for case in ElementTree.fromstring(junit_xml("default/c", RESULTS)).iter("testcase")
    }
    assert {name: [child.tag for child in case] for name, case in cases.items()} == {
        "t one": [],
        "t two": ["failure"],
        "u three": ["system-out"],
        "u four": ["error"],
    }
    failure = cases["t two"].find("failure")
    assert failure is not None
    assert str(failure.get("message")).startswith("expected 0 % null, found 25 % null (2 of 8), such as id 7")
    assert "id 7 a 'x\ufffd<&\"]]>'" in str(failure.text)
