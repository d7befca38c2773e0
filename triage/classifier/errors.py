"""What can go wrong with a model: in its training data, in its file, or in the registry."""

from triage.errors import TriageError


class CannotTrain(TriageError):
    """The examples cannot make a model; the message says what is missing."""


class TooFewExamples(CannotTrain):
    def __init__(self, found: int, needed: int) -> None:
        super().__init__(f"{found} labelled messages with text, at least {needed} are needed")
        self.found, self.needed = found, needed


class OneCategoryOnly(CannotTrain):
    def __init__(self, found: tuple[str, ...]) -> None:
        super().__init__(
            f"a model chooses between at least two categories, found {', '.join(found) or 'none'}"
        )
        self.found = found


class UnknownLabels(CannotTrain):
    """Messages carry a category that is not (or no longer) on the list."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__(f"labels without a category: {', '.join(keys)}")
        self.keys = keys


class ModelFileRefused(TriageError):
    """A model file that will not be used; the message says why."""


class ModelFileMissing(ModelFileRefused):
    def __init__(self, what: str) -> None:
        super().__init__(f"the model file {what} is missing")


class ModelFileDamaged(ModelFileRefused):
    """Cut, changed, or never one of ours."""


class ModelFileUntrusted(ModelFileRefused):
    """The file wants to bring in types that no model of ours contains."""

    def __init__(self, types: tuple[str, ...]) -> None:
        super().__init__(f"the model file contains unexpected types: {', '.join(types)}")
        self.types = types


class ModelFromAnotherVersion(ModelFileRefused):
    def __init__(self, what: str, theirs: str, ours: str) -> None:
        super().__init__(f"the model was made with {what} {theirs}, here is {ours}: train it again")
        self.theirs, self.ours = theirs, ours


class ModelNotFound(TriageError):
    def __init__(self, name: str) -> None:
        super().__init__(f"no model {name}")
        self.name = name


class PromotedMeanwhile(TriageError):
    """Somebody else changed the champion since this admin looked."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the champion changed while {name} was being promoted")
        self.name = name


class NotPassed(TriageError):
    """The challenger did not pass the gate, or was never compared, and nobody said why it should serve all the same."""

    def __init__(self, name: str, failed: tuple[str, ...]) -> None:
        super().__init__(f"{name} may not serve yet: {' '.join(failed)}")
        self.name, self.failed = name, failed


class CategoriesGone(TriageError):
    """The model decides for categories that the desk has deleted since."""

    def __init__(self, name: str, keys: tuple[str, ...]) -> None:
        super().__init__(f"{name} knows categories that were deleted: {', '.join(keys)}. Train a new one.")
        self.name, self.keys = name, keys


class ModelFileCleared(TriageError):
    """The file of an old model was cleared away; its figures are kept."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the file of {name} was cleared away to save space; its figures are kept")
        self.name = name


class AlreadyServes(TriageError):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} serves already, so nothing was changed")
        self.name = name


class NothingToRollBack(TriageError):
    """The starter model serves: there is nothing before it."""

    def __init__(self) -> None:
        super().__init__("the starter model serves, there is nothing before it")
