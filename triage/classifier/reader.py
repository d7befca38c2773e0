"""What reads meaning for the classifier: a sentence model, and one that does not read the same text twice."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Reader(Protocol):
    """`kb.meaning.encoder.Encoder` is one. Vectors are of length one, a row a text; `id` tells models apart."""

    @property
    def id(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]: ...

    def encode_question(self, text: str) -> NDArray[np.float32]: ...

    def knows(self, word: str) -> bool: ...


class RememberingReader:
    """For trainings that read the same messages again and again. Keeps all it has read: 1.5 kB a message."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[str, NDArray[np.float32]] = {}

    @property
    def id(self) -> str:
        return self._reader.id

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        unread = list(dict.fromkeys(text for text in texts if text not in self._known))
        if unread:
            self._known.update(zip(unread, self._reader.encode(unread), strict=True))
        return np.vstack([self._known[text] for text in texts])

    def encode_question(self, text: str) -> NDArray[np.float32]:
        return np.asarray(self.encode([text])[0])

    def knows(self, word: str) -> bool:
        return self._reader.knows(word)


class ForgetfulReader:
    """Reads each question anew, for measuring how long it takes."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @property
    def id(self) -> str:
        return self._reader.id

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._reader.encode(texts)

    def encode_question(self, text: str) -> NDArray[np.float32]:
        return np.asarray(self._reader.encode([text])[0])

    def knows(self, word: str) -> bool:
        return self._reader.knows(word)
