"""A model whose word table stays as small in memory as it is in its file.

A quantised model keeps its table of words as bytes, and widens all of it before it looks one up; the runtime does that
once and keeps four times the memory. Looked up first and widened afterwards, every number comes out the same.

This reads the few fields of the ONNX format (protocol buffers) that it takes; the rest passes through as it is.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

_LARGEST = 200_000_000
_GRAPH = 7
_NODE, _INITIALIZER = 1, 5
_DIMS, _TENSOR_NAME, _EXTERNAL_DATA = 1, 8, 13
# Names of nodes are for people, and none may stand twice: what is written anew goes without.
_INPUT, _OUTPUT, _NODE_NAME, _OP, _ATTRIBUTE = 1, 2, 3, 4, 5
_FIRST_AXIS = (
    b"\n\x04axis\x18\x00\xa0\x01\x02"  # the attribute axis=0, which is also what a Gather without one means
)
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class _Unreadable(ValueError):
    """These bytes are not what we take them for; the runtime will say so better."""


@dataclass(frozen=True)
class _Node:
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    op: str
    by_row: bool  # of a Gather: along the first axis
    rest: bytes

    def renamed(self, inputs: Sequence[str], outputs: Sequence[str]) -> "_Node":
        return replace(self, inputs=tuple(inputs), outputs=tuple(outputs))

    def encoded(self) -> bytes:
        names = [_field(_INPUT, name.encode()) for name in self.inputs]
        names += [_field(_OUTPUT, name.encode()) for name in self.outputs]
        return _field(_NODE, b"".join(names) + self.rest)


@contextmanager
def slimmed(file: Path) -> Iterator[Path]:
    """The slim model as a file, for as long as it is loaded; given as bytes, the runtime would keep them for good.

    The file itself where there is nothing to gain, or nowhere to write.
    """
    with ExitStack() as stack:
        yield _written(file, stack) or file


def _written(file: Path, stack: ExitStack) -> Path | None:
    try:
        if file.stat().st_size > _LARGEST:
            return None
        model = file.read_bytes()
        if (changed := slim(model)) is model:
            return None
        other = Path(stack.enter_context(TemporaryDirectory(prefix="evenhand-"))) / file.name
        other.write_bytes(changed)
    except OSError:
        return None
    return other


def slim(model: bytes) -> bytes:
    """The same model, looking words up before it widens them; untouched where it is built in another way."""
    try:
        parts = list(_fields(model))
        graphs = [part for part in parts if part.number == _GRAPH]
        if len(graphs) != 1:
            return model
        slimmed = _slim_graph(bytes(graphs[0].content))
    except (_Unreadable, IndexError, UnicodeDecodeError):
        return model
    if slimmed is None:
        return model
    return b"".join(_field(_GRAPH, slimmed) if part.number == _GRAPH else bytes(part.raw) for part in parts)


def _slim_graph(graph: bytes) -> bytes | None:
    parts = list(_fields(graph))
    nodes = [_node(part.content) for part in parts if part.number == _NODE]
    if any(_lies_elsewhere(part.content) for part in parts if part.number == _INITIALIZER):
        return None  # found beside the file, and the slim one lies in another folder
    shapes = dict(_shape(part.content) for part in parts if part.number == _INITIALIZER)
    instead = _lookups_first(nodes, shapes)
    if not instead:
        return None
    written, number = [], 0
    for part in parts:
        if part.number != _NODE:
            written.append(bytes(part.raw))
            continue
        put = instead.get(number)
        written.append(bytes(part.raw) if put is None else b"".join(node.encoded() for node in put))
        number += 1
    return b"".join(written)


def _lookups_first(nodes: Sequence[_Node], shapes: dict[str, tuple[int, ...]]) -> dict[int, list[_Node]]:
    """By its place, what stands instead of each node of Cast, Mul, Gather on a table that nothing else reads."""
    makers = {name: place for place, node in enumerate(nodes) for name in node.outputs}
    readers: dict[str, list[int]] = {}
    for place, node in enumerate(nodes):
        for name in node.inputs:
            readers.setdefault(name, []).append(place)
    instead: dict[int, list[_Node]] = {}
    for place, gather in enumerate(nodes):
        if gather.op != "Gather" or not gather.by_row or gather.inputs[0] not in makers:
            continue
        widened = nodes[scaled_at := makers[gather.inputs[0]]]
        if widened.op != "Mul" or widened.inputs[0] not in makers:
            continue
        cast = nodes[cast_at := makers[widened.inputs[0]]]
        table, scale = cast.inputs[0], widened.inputs[1]
        alone = readers[gather.inputs[0]] == [place] and readers[widened.inputs[0]] == [scaled_at]
        if cast.op != "Cast" or not alone or len(shapes.get(table, ())) != 2 or scale not in shapes:
            continue
        ids, found = gather.inputs[1], gather.outputs[0]
        few, wide, scales = (f"{found}/{what}" for what in ("few", "wide", "scales"))
        by_row = len(shapes[scale]) == 2 and shapes[scale][0] == shapes[table][0] != 1
        if not by_row and len(shapes[scale]) == 2 and shapes[scale][0] != 1:
            continue
        instead |= {cast_at: [], scaled_at: []}
        instead[place] = [gather.renamed([table, ids], [few]), cast.renamed([few], [wide])]
        instead[place] += [gather.renamed([scale, ids], [scales])] if by_row else []
        instead[place] += [widened.renamed([wide, scales if by_row else scale], [found])]
    return instead


@dataclass(frozen=True)
class _Part:
    number: int
    content: memoryview
    raw: memoryview


def _fields(message: bytes | memoryview) -> Iterator[_Part]:
    view, at = memoryview(message), 0
    while at < len(view):
        began = at
        key, at = _varint(view, at)
        kind = key & 7
        if kind == _BYTES:
            length, at = _varint(view, at)
            start, at = at, at + length
        elif kind == _VARINT:
            start, (_, at) = at, _varint(view, at)
        elif kind in (_FIXED32, _FIXED64):
            start, at = at, at + (4 if kind == _FIXED32 else 8)
        else:
            raise _Unreadable
        if at > len(view):
            raise _Unreadable
        yield _Part(key >> 3, view[start:at], view[began:at])


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = view[at]
        at, number, shift = at + 1, number | (byte & 127) << shift, shift + 7
        if byte < 128:
            return number, at


def _field(number: int, content: bytes) -> bytes:
    return _number(number << 3 | _BYTES) + _number(len(content)) + content


def _number(value: int) -> bytes:
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    return bytes([*written, value])


def _node(message: memoryview) -> _Node:
    parts = list(_fields(message))
    texts = {
        number: [str(part.content, "utf-8") for part in parts if part.number == number]
        for number in (1, 2, 4)
    }
    rest = b"".join(bytes(part.raw) for part in parts if part.number not in (_INPUT, _OUTPUT, _NODE_NAME))
    by_row = all(part.content == _FIRST_AXIS for part in parts if part.number == _ATTRIBUTE)
    return _Node(tuple(texts[_INPUT]), tuple(texts[_OUTPUT]), "".join(texts[_OP]), by_row, rest)


def _lies_elsewhere(tensor: memoryview) -> bool:
    return any(part.number == _EXTERNAL_DATA for part in _fields(tensor))


def _shape(tensor: memoryview) -> tuple[str, tuple[int, ...]]:
    name, dims = "", []
    for part in _fields(tensor):
        if part.number == _TENSOR_NAME:
            name = str(part.content, "utf-8")
        elif part.number == _DIMS:
            # One number, or all of them packed into one field: both are runs of varints.
            at = 0
            while at < len(part.content):
                value, at = _varint(part.content, at)
                dims.append(value)
    return name, tuple(dims)
