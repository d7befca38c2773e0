"""`python -m triage.classifier.starter`: trains the starter model again after its messages changed."""

import sys

from triage.classifier import starter
from triage.classifier.artifacts import WEIGHTS_FILE
from triage.classifier.starter import personal

heard = personal.rebuild()
model = starter.rebuild()
size = (starter.MODEL_FOLDER / WEIGHTS_FILE).stat().st_size
sys.stdout.write(
    f"Trained on {model.trained_on} messages in {len(model.labels)} categories; {size / 1e6:.2f} MB.\n"
    f"{len(heard.weights)} words tell how matters for a person sound.\n"
)
