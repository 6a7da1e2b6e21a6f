"""Numbers and times as people read them."""

from datetime import UTC, datetime

from pipelines.views.numbers import Figure
from pipelines.views.units import is_share

MINUS = "−"


def number(value: float | None, digits: int = 2, sign: bool = False) -> str:
    """Return a number with a real minus sign; None is undefined."""
    if value is None:
        return "undefined"
    text = f"{value:{'+' if sign else ''}.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("+-")
    return text.replace("-", MINUS)


def percent(share: float | None, digits: int = 0) -> str:
    """Return a share in [0, 1] as percent; a share below half a step says "<"."""
    if share is None:
        return "undefined"
    if 0 < share < 0.5 * 10 ** -(digits + 2):
        return f"< {10**-digits:.{digits}f} %"
    return f"{number(100 * share, digits)} %"


def in_unit(value: float | None, share: bool, sign: bool = False) -> str:
    """Return a metric's value: a share in percent, another number with two or three digits."""
    if value is None:
        return number(value)
    text = scaled(value, share, sign)
    return f"{text} %" if share else text


def scaled(value: float, share: bool, sign: bool = False) -> str:
    """Return the same without its unit."""
    if share:
        return number(100 * value, 1, sign)
    return number(value, 3 if abs(value) < 0.1 else 2, sign)


def change_in_unit(change: float, low: float | None, high: float | None, share: bool) -> str:
    """Return a change with its interval; that of a share is in points, not in percent of it."""
    unit = " points" if share else ""
    text = f"{scaled(change, share, sign=True)}{unit}"
    if low is None or high is None:
        return text
    return f"{text} ({scaled(low, share, sign=True)} to {scaled(high, share, sign=True)})"


def fair_in_unit(ideal: float | None, share: bool) -> str:
    """Return a fair point, short; a dash where a metric has none."""
    if ideal is None:
        return "–"
    return f"{100 * ideal:g} %" if share else f"{ideal:g}"


def between(low: float | None, high: float | None, share: bool) -> str:
    """Return a 95 % interval, or nothing where there is none."""
    if low is None or high is None:
        return ""
    return f"{in_unit(low, share)} to {in_unit(high, share)}"


def value_of(key: str, value: float | None) -> str:
    """Return the value of a metric that says nothing of its unit, by its key."""
    return in_unit(value, is_share(key))


def fair(key: str, ideal: float | None) -> str:
    """Return the fair point of such a metric."""
    return fair_in_unit(ideal, is_share(key))


def sample(figure: Figure) -> str:
    """Return what a figure rests on: its interval and its n, or why it is undefined."""
    if figure.value is None:
        return f"undefined: {figure.reason}"
    bounds = between(figure.low, figure.high, is_share(figure.key))
    return f"95 % interval {bounds}; n = {figure.n}, {figure.families} families"


def ago(moment: datetime | None) -> str:
    """Return how long ago a moment (UTC, without zone) was, in words."""
    if moment is None:
        return ""
    seconds = (datetime.now(UTC).replace(tzinfo=None) - moment).total_seconds()
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        count = int(seconds // size)
        if count >= 1:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
