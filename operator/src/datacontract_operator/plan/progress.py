"""What a run is doing, in words, for the condition `Reconciling`."""

from collections.abc import Sequence

from datacontract_operator.observe.views import ContainerView, JobView, PodView, World
from datacontract_operator.plan.runs import attempt_note


def progress_of(world: World, waiting: JobView | None, queue_note: str) -> str:
    """The stage that runs, what keeps its pod from starting, or what the next run waits for.

    Args:
        world: what there is.
        waiting: the Job that is next in line, None when none waits.
        queue_note: why it waits, as far as the Warehouse knows.
    """
    running = next((job for job in reversed(world.jobs) if job.active), None)
    if running is not None:
        return _running(running, world.pods.get(running.uid, ()))
    if waiting is None:
        return "The first run is about to be queued."
    if waiting.kueue:
        return f"Run {waiting.name} waits for Kueue."
    if world.awaited is not None:
        return f"Run {waiting.name} waits: {world.awaited.contract} has not published {world.awaited.table} yet."
    return f"Run {waiting.name} waits: {(queue_note or 'it is its turn soon').rstrip('.')}."


def _running(job: JobView, pods: Sequence[PodView]) -> str:
    note = attempt_note(job, pods)
    at = _doing(pods[-1]) if pods else "its pod is about to start"
    return f"Run {job.name}: {at}." + (f" This is {note}." if note else "")


def _doing(pod: PodView) -> str:
    stuck = next((container for container in pod.containers if container.waiting), None)
    if stuck is not None:
        return f"{stuck.name} cannot start: {_stuck(stuck)}"
    current = next((container for container in pod.containers if container.running), None)
    if current is not None:
        return f"{current.name} is running"
    ended = [container.name for container in pod.containers if container.exit_code is not None]
    return f"{ended[-1]} has ended" if ended else "its pod is starting"


def _stuck(container: ContainerView) -> str:
    return f"{container.waiting}: {container.waiting_message}" if container.waiting_message else container.waiting
