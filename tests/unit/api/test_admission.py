"""What the API server refuses, reading a document refuses; the same table is tried on an API server."""

import pytest
import yaml

from datacontract_api.documents import parse
from support.admission import ACCEPTED, REFUSED


@pytest.mark.parametrize("document", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(document):
    (read,) = parse(yaml.safe_dump(document), "c.yaml")
    assert read.problems == ()


@pytest.mark.parametrize("document", REFUSED.values(), ids=REFUSED)
def test_refused(document):
    (read,) = parse(yaml.safe_dump(document), "c.yaml")
    assert len(read.problems) == 1
