"""The `preferences push` stage: the dataset folder with its data card, sent to the Hub.

The token comes from HF_TOKEN alone and is never stored; a token that `hf auth login` left on the
disk is not used. HF_ENDPOINT names another server than huggingface.co. A set is private unless the
config says otherwise; an existing public set is then refused, because a push would publish.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipelines.configs import PushConfig
from pipelines.errors import ConfigError, StudioError
from pipelines.preferences.folder import write_dataset
from pipelines.progress import Progress
from pipelines.store import Project

TOKEN = "HF_TOKEN"
STEPS = 3
REASONS = {
    401: "does not know this token. Make a new one with write access and set it as HF_TOKEN.",
    403: "does not let this token write to {repo}. Use a token with write access there.",
    404: "knows no {repo}, or this token may not see it. Check the name and the token.",
    429: "takes no more requests for now. Wait some minutes and push again.",
}
"""What the statuses of the Hub mean for the person."""


class HubError(StudioError):
    """The Hub cannot be reached, or does not take the set; the message says what to do."""


def push_preferences(project: Project, config: PushConfig) -> Iterator[Progress]:
    """Write the dataset folder and send it to `config.repo`.

    Raises:
        ConfigError: if HF_TOKEN is not set, or the Hub takes no such name.
        NothingToDo: if there are no rows.
        HubError: if the Hub cannot be reached or refuses.
    """
    token = read_token()
    with tempfile.TemporaryDirectory(prefix="evenhand-push-") as place:
        folder = Path(place)
        result = write_dataset(project, config, folder)
        yield Progress(1, STEPS, "the dataset folder is written")
        with as_sentences(config.repo):
            url = open_repo(config, token)
            yield Progress(2, STEPS, f"sending {result['rows']} rows to {config.repo}")
            send(config, token, folder)
    result = {"repo": config.repo, "url": url, **result}
    yield Progress(STEPS, STEPS, f"pushed to {url}", result)


def read_token() -> str:
    """Return the token of the environment.

    In a Space it is its owner's, and any visitor could send with it: there it is used only if
    EVENHAND_ALLOW_PUSH=1 says that all visitors may.

    Raises:
        ConfigError: if there is none, it holds signs that no token has, or may not be used here.
    """
    if "SPACE_ID" in os.environ and os.environ.get("EVENHAND_ALLOW_PUSH") != "1":
        raise ConfigError(
            "A Space does not send sets with its owner's token. Download the export and send it "
            "yourself; the owner of a private Space can set EVENHAND_ALLOW_PUSH=1."
        )
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        raise ConfigError(
            f"{TOKEN} is not set. Make a token with write access on the Hub, and start the program "
            f"with {TOKEN} in its environment; it is not stored."
        )
    if not re.fullmatch(r"[!-~]+", token):
        raise ConfigError(
            f"{TOKEN} holds spaces or letters that no token has. Copy it from the Hub once more."
        )
    return token


def open_repo(config: PushConfig, token: str) -> str:
    """Make the dataset on the Hub where there is none; return its address.

    Raises:
        HubError: if it exists and is public although the config wants it private.
    """
    from huggingface_hub import HfApi  # noqa: PLC0415  (slow to load)

    api = HfApi(token=token)
    url = api.create_repo(config.repo, repo_type="dataset", private=config.private, exist_ok=True)
    if config.private and not api.dataset_info(config.repo).private:
        raise HubError(
            f"{config.repo} exists and is public, so a push would publish the set. Make it private "
            "on the Hub, name another one, or push with --no-private."
        )
    return str(url)


def send(config: PushConfig, token: str, folder: Path) -> None:
    """Send the folder; data files of an earlier push that are not in it go."""
    from huggingface_hub import HfApi  # noqa: PLC0415  (slow to load)

    HfApi(token=token).upload_folder(
        repo_id=config.repo,
        repo_type="dataset",
        folder_path=folder,
        commit_message="Push the preference set",
        delete_patterns=["data/*.parquet"],
    )


@contextmanager
def as_sentences(repo: str) -> Iterator[None]:
    """Turn what the Hub's client raises into a sentence; the token is never part of it.

    Raises:
        ConfigError: if the Hub takes no such name.
        HubError: for everything else.
    """
    from huggingface_hub import constants  # noqa: PLC0415  (slow to load)
    from huggingface_hub.errors import (  # noqa: PLC0415
        HfHubHTTPError,
        HFValidationError,
        HTTPError,
        OfflineModeIsEnabled,
    )

    hub = address(constants.ENDPOINT)
    try:
        yield
    except HFValidationError as error:
        raise ConfigError(
            f"`repo` must be a name that the Hub takes, got {repo!r}. Use letters, digits, - and _."
        ) from error
    except OfflineModeIsEnabled as error:
        raise HubError(
            "HF_HUB_OFFLINE is set, so nothing is sent. Unset it to push, or use the export "
            "with --format hub and send the folder from elsewhere."
        ) from error
    except HfHubHTTPError as error:
        raise HubError(f"{hub} {refusal(error, repo)}") from error
    except (HTTPError, ConnectionError, TimeoutError) as error:
        raise HubError(
            f"{hub} cannot be reached ({type(error).__name__}). Check the network, then push again."
        ) from error
    except (ValueError, KeyError, RuntimeError) as error:
        said = " ".join(str(error).replace(constants.ENDPOINT, hub).split())[:300]
        raise HubError(
            f"{hub} did not take the set ({said}). Push again, or "
            "export with --format hub and send the folder by hand."
        ) from error


def address(url: str) -> str:
    """Return the server's address without user name, password and query."""
    return re.sub(r"(?<=//)[^/?#]*@|[?#].*", "", url)


def refusal(error: Any, repo: str) -> str:
    """Return what a status of the Hub means, in the rest of a sentence."""
    status = error.response.status_code
    if status in REASONS:
        return REASONS[status].format(repo=repo)
    said = " ".join((error.server_message or "no reason given").split())[:300]
    return f"answered with {status} ({said}). Mend that, or push again later."
