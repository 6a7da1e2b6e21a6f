"""Start the studio: `python app.py`. Also the entry of a Hugging Face Space.

Settings come from the environment:
    EVENHAND_PROJECT   folder of the first project (default ./projects/study)
    EVENHAND_HOST      address to listen on (default 127.0.0.1; 0.0.0.0 in a Space)
    EVENHAND_PORT      port (default 7860)
    EVENHAND_LOGIN     name:password; needed where others can reach the address
"""

import os
import sys
from pathlib import Path

from pipelines.errors import ConfigError, StudioError


def main() -> int:
    """Serve the page until it is ended. Return 0, or 2 after an error the user can mend."""
    try:
        port = read_port(os.environ.get("EVENHAND_PORT", "7860"))
        from studio.layout import launch  # noqa: PLC0415  (an error above needs no page)

        launch(Path(os.environ.get("EVENHAND_PROJECT", "projects/study")), read_host(), port)
    except StudioError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    return 0


def read_host() -> str:
    """Return the address to listen on: this machine only, unless asked or in a Space."""
    return os.environ.get("EVENHAND_HOST") or (
        "0.0.0.0" if "SPACE_ID" in os.environ else "127.0.0.1"
    )


def read_port(text: str) -> int:
    """Return the port.

    Raises:
        ConfigError: if it is no number from 1 to 65535.
    """
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise ConfigError(f"`EVENHAND_PORT` must be 1 to 65535, got {text!r}. Use 7860.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
