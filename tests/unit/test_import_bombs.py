"""Files made to fill memory, to run for ever, or to have other files read: refused early, with a word about why."""

import gzip
import hashlib
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb.errors import FileProblem, ImportRefused
from kb.importers import rows
from kb.importers.frontmatter import ArticleFile, read_article
from kb.importers.html import to_markdown
from kb.importers.loose import read_loose
from kb.importers.markdown import read_folder
from kb.importers.rows import Unreadable, read_rows
from kb.importers.storage import to_html
from kb.importers.table import TableFile
from triage.classifier import archive, artifacts
from triage.classifier.errors import ModelFileDamaged, ModelFileUntrusted
from triage.escalation.policies import PolicyRefused
from triage.escalation.policy_file import read_yaml

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(24)
)
MERGES = "a: &a {x: 1}\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} {{<<: [{', '.join(['*' + chr(97 + n)] * 9)}]}}\n" for n in range(20)
)
DEEP = "x: " + "[" * 50_000


def article(folder: Path, text: str) -> ArticleFile | list[FileProblem]:
    path = folder / "a.md"
    path.write_text(text, encoding="utf-8")
    return read_article(path, shown_as=Path("a.md"))


# --- YAML -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("head", [LAUGHS, MERGES, DEEP, "x: " + "{a: " * 5_000, "&a [*a]", "x: &a 1\ny: *a"])
def test_a_head_that_multiplies_or_never_ends_is_refused(tmp_path: Path, head: str) -> None:
    assert isinstance(article(tmp_path, f"---\n{head}\n---\nText\n"), list)
    assert read_loose("a.md", f"---\n{head}\n---\nText\n", pages="", files="", language="en").content.body
    with pytest.raises(PolicyRefused):
        read_yaml(head, None)  # type: ignore[arg-type]


def test_a_head_of_a_megabyte_is_refused(tmp_path: Path) -> None:
    (problem,) = article(tmp_path, "---\n" + "x: 1\n" * 200_000 + "---\nText\n")
    assert "over 100,000 characters" in str(problem)


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system ['true']", "!!python/name:os.system", "!x {}"]
)
def test_a_tag_builds_nothing(tmp_path: Path, tag: str) -> None:
    found = article(tmp_path, f"---\ntitle: {tag}\n---\nText\n")
    assert isinstance(found, list) or isinstance(found.content.title, str)
    with pytest.raises(PolicyRefused):
        read_yaml(f"name: {tag}", None)  # type: ignore[arg-type]


# --- Tables -----------------------------------------------------------------------------------------


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as refused:
        list(read_rows(path, []))
    return str(refused.value)


def test_a_gzip_bomb_is_put_down_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "a.jsonl.gz"
    with gzip.open(bomb, "wb") as file:
        for _ in range(80):
            file.write(b" " * 999_999 + b"\n")
    assert bomb.stat().st_size < 100_000
    assert "more than any export" in refusal(bomb)


def test_a_line_without_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_LONGEST_LINE", 1_000_000)
    path = tmp_path / "a.csv"
    path.write_text("title,body\na," + "x" * 1_100_000)
    assert ":2: the line is over 1 MB" in refusal(path)


def test_a_cell_as_long_as_a_book_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('title,body\na,"' + "x\n" * 2_100_000 + '"')
    assert "field larger than field limit" in refusal(path)


@pytest.mark.parametrize("value", ["[" * 100_000, '{"a":' * 100_000, "1" * 100_000, '"\\ud800"', "NaN"])
def test_odd_json_is_a_line_to_mend(tmp_path: Path, value: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        f'{{"title": "a", "body": "b", "aliases": {value}}}\n{{"title": "c", "body": "d", "aliases": "{"[" * 9000}"}}\n'
    )
    with pytest.raises(ImportRefused):
        TableFile(path).check()


# --- Folders ----------------------------------------------------------------------------------------


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("---\ntitle: secret\n---\nsecret\n")
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: fine\n---\nfine\n")
    (folder / "b.md").symlink_to(secret)
    (folder / "c.md").symlink_to("/etc/passwd")
    (folder / "inside").symlink_to(tmp_path)
    (folder / "d.md").symlink_to(folder / "d.md")
    os.mkfifo(folder / "e.md")
    assert [found.content.title for found in read_folder(folder)] == ["fine"]


def test_a_huge_file_is_told_and_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.md").open("wb") as file:
        file.truncate(5_000_000)
    with pytest.raises(ImportRefused, match="over 4 MB"):
        read_folder(tmp_path)


# --- HTML and Markdown ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        "<p>```x\n</p>" * 400,
        "```x\n" * 5_000,
        "<!--" * 5_000,
        "<![" * 2_000,
        "<" * 5_000,
        "<div>" * 5_000,
        "<b>" * 60 + "x",
        "<a href=" * 5_000,
        "<ac:link " * 5_000,
        "&#x41;" * 5_000,
        "[[" * 5_000 + "](" * 5_000,
        "[a](" * 5_000,
        "\t" * 20_000,
        "# " + " \t" * 20_000 + "x",
        "&#9;" * 20_000 + "x",
    ],
    ids=lambda html: html[:9],
)
def test_no_page_takes_for_ever(html: str) -> None:
    """A reader that looks from each sign to the end of the text would take hours here, and the test with it."""
    to_markdown(html)
    read_loose("a.md", html, pages="https://x.example/", files="https://x.example/", language="en")
    to_html(html, page_address=lambda _space, _title: "", attachments="")


# --- Models -----------------------------------------------------------------------------------------


def packed(schema: Any, **parts: bytes) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", schema if isinstance(schema, str) else json.dumps(schema))
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return raw.getvalue()


def node(loader: str, kind: str, **more: Any) -> dict[str, Any]:
    module, _, name = kind.rpartition(".")
    return {"__class__": name, "__module__": module, "__loader__": loader, "__id__": 1, "protocol": 2, **more}


def refused(weights: bytes) -> str:
    with pytest.raises((ModelFileDamaged, ModelFileUntrusted)) as refusal:
        archive.unpack(weights)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("loader", "kind"),
    [
        ("ObjectNode", "os.system"),
        ("ObjectNode", "subprocess.Popen"),
        ("ObjectNode", "builtins.eval"),
        ("FunctionNode", "builtins.exec"),
        ("MethodNode", "builtins.dict"),
        ("OperatorFuncNode", "operator.methodcaller"),
        ("PartialNode", "functools.partial"),
        ("ReduceNode", "builtins.dict"),
        ("NobodyNode", "builtins.dict"),
        ("ObjectNode", "sklearn.linear_model._logistic.LogisticRegression"),
    ],
)
def test_a_type_or_a_way_to_build_one_that_we_do_not_know_is_refused(loader: str, kind: str) -> None:
    schema = node("DictNode", "builtins.dict", content={"a": node(loader, kind, content={})}, key_types=None)
    assert refused(packed(schema))


@pytest.mark.parametrize(
    "weights",
    [
        b"",
        b"PK",
        packed("[" * 200_000),
        packed("{" + '"a":{' * 50_000),
        packed("NaN"),
        packed([]),
        packed({"__class__": "dict"}),
        packed(node("DictNode", "builtins.dict", content=7)),
        packed(node("NdArrayNode", "numpy.ndarray", type="numpy", file="../../etc/passwd")),
        packed(node("NdArrayNode", "numpy.ndarray", type="numpy", file="/etc/passwd")),
        packed(
            node("NdArrayNode", "numpy.ndarray", type="numpy", file="a.npy"),
            a_dot_npy=b"\x93NUMPY\x01\x00v\x00",
        ),
    ],
)
def test_a_made_up_file_is_damaged_and_nothing_worse(weights: bytes) -> None:
    assert refused(weights)


def test_an_array_that_claims_to_be_endless_is_refused() -> None:
    head = b"{'descr': '<f8', 'fortran_order': False, 'shape': (9000000000000000,), }"
    head = head.ljust(117) + b"\n"
    array = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head
    schema = node("NdArrayNode", "numpy.ndarray", type="numpy", file="a.npy")
    assert refused(packed(schema, a_dot_npy=array))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_UNPACKED", 5_000_000)
    bomb = packed(node("DictNode", "builtins.dict", content={}), a_dot_npy=b"\0" * 6_000_000)
    assert len(bomb) < 20_000
    assert "more than any model needs" in refused(bomb)
    monkeypatch.setattr(archive, "LARGEST_SCHEMA", 1_000)
    assert "more about itself" in refused(packed("x" * 2_000))
    monkeypatch.setattr(archive, "MOST_PARTS", 3)
    assert "unpacks to more" in refused(packed("{}", a=b"", b=b"", c=b""))
    monkeypatch.setattr(archive, "LARGEST_FILE", 10)
    assert "larger than any model" in refused(packed("{}"))


def array_file(values: Any) -> bytes:
    raw = io.BytesIO()
    np.lib.format.write_array(raw, np.asarray(values))
    return raw.getvalue()


def test_a_part_that_is_named_many_times_counts_as_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_UNPACKED", 2_000_000)
    part = node("NdArrayNode", "numpy.ndarray", type="numpy", file="a.npy")
    once = array_file(np.zeros(1_000_000, dtype=np.int8))
    bomb = packed(node("ListNode", "builtins.list", content=[part] * 50), a_dot_npy=once)
    assert len(bomb) < 5_000
    assert "more than any model needs" in refused(bomb)


@pytest.mark.parametrize(
    "values", [[float("nan")], [float("inf")], [1e30], [b""], ["", ""], np.zeros(9, dtype="V0")]
)
def test_an_array_of_what_no_model_reckons_with_is_refused(values: Any) -> None:
    schema = node("NdArrayNode", "numpy.ndarray", type="numpy", file="a.npy")
    assert refused(packed(schema, a_dot_npy=array_file(values)))


def test_the_hash_is_looked_at_before_anything_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[bytes] = []
    monkeypatch.setattr(artifacts, "unpack", opened.append)
    description = {
        "format": artifacts.FORMAT, "sha256": hashlib.sha256(b"ours").hexdigest(), "versions": artifacts.versions(),
        "labels": [], "categories": [], "calibration": {}, "together": None, "encoder": None, "raisers": [],
    }  # fmt: skip
    with pytest.raises(ModelFileDamaged, match="SHA-256"):
        artifacts.from_bytes(b"theirs", description)
    assert opened == []
