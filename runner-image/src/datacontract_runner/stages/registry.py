"""The stages by name, in the order of a run."""

from collections.abc import Callable, Mapping

from datacontract_api.report import StageName
from datacontract_runner.stages.context import Stage
from datacontract_runner.stages.govern import Govern
from datacontract_runner.stages.ingest import Ingest
from datacontract_runner.stages.publish import Publish
from datacontract_runner.stages.transform import Transform
from datacontract_runner.stages.validate import Validate

STAGES: Mapping[StageName, Callable[[], Stage]] = {
    StageName.INGEST: Ingest,
    StageName.TRANSFORM: Transform,
    StageName.VALIDATE: Validate,
    StageName.PUBLISH: Publish,
    StageName.GOVERN: Govern,
}
