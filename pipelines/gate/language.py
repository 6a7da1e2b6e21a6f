"""Tell in which language a story is, by py3langid (offline, Lui and Baldwin 2012).

Its probabilities are calibrated for length, so a short text is rarely sure. A story is red only if
another language is likely and the wanted one has next to no probability; any other doubt is amber.
With fewer than FEWEST_LETTERS letters nothing is said. Only the first LETTERS_READ characters are
read.
"""

from functools import cache
from typing import Any

from pipelines.configs import CheckConfig
from pipelines.errors import ConfigError
from pipelines.gate.findings import Finding
from pipelines.records import Light

FEWEST_LETTERS = 20
LETTERS_READ = 600
SURE = 0.5
"""Probability from which the best guess is named; below it the language is said to be unknown."""

NO_CHANCE = 0.001
"""Probability of the wanted language under which a story is clearly in another one."""


@cache
def identifier() -> Any:
    """Return py3langid with normalised probabilities."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  (loads its model)

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def require_language(code: str) -> None:
    """Check that a language is known.

    Raises:
        ConfigError: if it is not.
    """
    if code not in identifier().labels:
        raise ConfigError(
            f"`language` must be a two-letter code such as en, de or fr, got {code!r}."
        )


def find_language(text: str) -> dict[str, float]:
    """Return the probability of every language, the best first; {} for too few letters."""
    read = text[:LETTERS_READ]
    if sum(map(str.isalpha, read)) < FEWEST_LETTERS:
        return {}
    return dict(identifier().rank(read))


def check_language(found: dict[str, float], config: CheckConfig) -> list[Finding]:
    """Judge a story by the probabilities of `find_language`."""
    best = next(iter(found), config.language)
    if best == config.language:
        return []
    if found[best] >= SURE and found.get(config.language, 0.0) < NO_CHANCE:
        return [
            Finding(
                "language",
                Light.RED,
                f"The story is in another language ({best}), not in {config.language}.",
            )
        ]
    guess = f"may be {best}" if found[best] >= SURE else "cannot be told"
    return [
        Finding(
            "language",
            Light.AMBER,
            f"The language of the story {guess}; {config.language} is wanted. Look at it.",
        )
    ]


def name_language(found: dict[str, float]) -> str | None:
    """Return the code of the best guess, None where it is unsure."""
    best = next(iter(found), "")
    return best if found.get(best, 0.0) >= SURE else None
