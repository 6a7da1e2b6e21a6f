"""Results as plain text, for a terminal."""

from typing import Any


def comparison_table(result: dict[str, Any]) -> str:
    """Return before and after as a table, undefined metrics with their reason, then warnings."""
    lines = [
        f"{'metric':34} {'before':>8} {'after':>8} {'change':>8}  {'95% interval':>18} "
        f"{'p':>7} {'families':>8}  verdict"
    ]
    for benchmark, rows in result["metrics"].items():
        lines.append(benchmark)
        lines += [f"  {line_of(row)}" for row in rows.values()]
    lines += [line for line in [result.get("left_out", {}).get("sentence")] if line]
    lines += [f"WARNING: {warning}" for warning in result["warnings"]]
    return "\n".join(lines)


def line_of(row: dict[str, Any]) -> str:
    """Return one metric's line."""
    if "undefined" in row:
        return f"{row['label']:32} undefined: {row['undefined']}"
    interval = f"{row['low']:.3f} to {row['high']:.3f}"
    if "before" not in row:
        return f"{row['label']:32} {'':>8} {row['after']:8.3f} {'':>8}  {interval:>18} " + (
            f"{'':>7} {row['families']:8d}"
        )
    p = row["p"] if row.get("p_holm") is None else row["p_holm"]
    return (
        f"{row['label']:32} {row['before']:8.3f} {row['after']:8.3f} {row['change']:+8.3f}  "
        f"{interval:>18} {p:7.4f} {row['families']:8d}  {row['verdict']}"
    )


def seconds_table(seconds: dict[str, float]) -> str:
    """Return where the time went."""
    return "seconds: " + ", ".join(f"{name} {value:.0f}" for name, value in seconds.items())
