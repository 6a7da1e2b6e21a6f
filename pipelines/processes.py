"""Which process is meant: its number alone is used again, so its start time goes with it.

Holds for one machine (in containers: one container), where process numbers mean the same to all.
"""

import psutil

CLOCK_STEP_S = 2.0
"""How far a start time may seem to move: it is told by a clock that is set right now and then."""


def process_started(pid: int) -> float | None:
    """Return when process `pid` started (seconds since 1970), or None if it does not run.

    A zombie has ended: only its parent has not yet read how.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return process.create_time()
    except psutil.Error:
        return None


def is_running(pid: int | None, started: float | None) -> bool:
    """Tell whether the very process that had this number and start time still runs."""
    if pid is None or started is None:
        return False
    found = process_started(pid)
    return found is not None and abs(found - started) <= CLOCK_STEP_S
