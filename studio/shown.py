"""Numbers and times as people read them."""

from datetime import UTC, datetime

from pipelines.views.numbers import Figure

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
    return f"{100 * share:.{digits}f} %"


def is_share(key: str) -> bool:
    """Tell whether a metric's values are read as percent."""
    return key.endswith(("_rate", "_share", "accuracy")) or key.startswith(("accuracy", "pct_"))


def value_of(key: str, value: float | None, sign: bool = False) -> str:
    """Return a metric's value in its usual unit."""
    if not is_share(key) or value is None:
        return number(value, 3 if value is not None and abs(value) < 0.1 else 2, sign)
    text = f"{100 * value:{'+' if sign else ''}.1f}".replace("-", MINUS)
    return f"{text} %"


def fair(key: str, ideal: float | None) -> str:
    """Return a fair point, short; a dash where a metric has none."""
    if ideal is None:
        return "–"
    return f"{100 * ideal:g} %" if is_share(key) else f"{ideal:g}"


def interval(key: str, low: float | None, high: float | None, sign: bool = False) -> str:
    """Return a 95 % interval, or nothing where there is none."""
    if low is None or high is None:
        return ""
    return f"{value_of(key, low, sign)} to {value_of(key, high, sign)}"


def sample(figure: Figure) -> str:
    """Return what a figure rests on: its interval and its n, or why it is undefined."""
    if figure.value is None:
        return f"undefined: {figure.reason}"
    between = interval(figure.key, figure.low, figure.high)
    return f"95 % interval {between}; n = {figure.n}, {figure.families} families"


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
