"""The errors a person can mend.

Every message is one or two whole sentences: what is wrong, with the value seen, then what to
do. The command line prints them as `error: …` and exits with 2, the studio shows them as a
notice. Anything else that is raised is a bug and keeps its traceback.
"""


class StudioError(Exception):
    """Base class of all errors that the person at the keyboard can mend."""


class ConfigError(StudioError, ValueError):
    """A setting has a value that cannot work."""


class DataError(StudioError, ValueError):
    """Something read from outside is not what it has to be; the message starts with its place."""


class ProjectError(StudioError):
    """The project's folder or database is missing, damaged, too new or cannot be written."""


class ModelError(StudioError):
    """A model reference names nothing that can be loaded here."""


class NotAnswering(ModelError):
    """A server is down, slow, overloaded or answers nonsense; the work goes on when it is back."""


class NothingToDo(StudioError):
    """A stage has no input yet; the message names the stage that has to come first."""


class UndefinedMetric(StudioError, ValueError):
    """The sample cannot answer the question: the metric is undefined, which is not zero."""


class TrainingFailed(StudioError):
    """The training process ended with an error; the message quotes it and names its log."""
