"""The judged sets that are measured on: folders of files, or the starter articles asked by their own aliases."""

from collections.abc import Sequence
from pathlib import Path

from bot.bench.beside import BenchSet
from kb.importers.markdown import read_folder
from kb.judged import held_out_aliases
from kb.judged_files import BadFile, JudgedQuestion, read_files
from kb.starter import starter_folder

_TRAIN = "train"


def starter_set() -> BenchSet:
    """Each alias is taken out and asked; in turn some articles are missing, so that nothing answers theirs."""
    parts = tuple(
        (
            fold.entries,
            tuple(
                JudgedQuestion(f"{fold.name} {at}", question.text, dict.fromkeys(question.answers, 1))
                for at, question in enumerate(fold.questions)
            ),
        )
        for fold in held_out_aliases(read_folder(starter_folder()))
    )
    return BenchSet("starter articles", parts)


def folder_sets(folder: Path, names: Sequence[str] = ()) -> list[BenchSet]:
    """One set for each folder with articles and queries, by name; those in `names` only, if there are any.

    Of a set with a part to train on, only the other parts are asked.
    """
    found = {path.name: path for path in sorted(folder.iterdir()) if path.is_dir()} if folder.is_dir() else {}
    for name in names:
        if name not in found:
            raise BadFile(folder, f"has no set {name!r}, but {', '.join(found) or 'none'}")
    sets = [_folder_set(found[name]) for name in names or found]
    if not sets:
        raise BadFile(folder, "holds no folder with articles.jsonl and queries.jsonl")
    return sets


def _folder_set(folder: Path) -> BenchSet:
    qrels = _file(folder, "qrels.tsv")
    judged = read_files(
        _file(folder, "articles.jsonl"),
        _file(folder, "queries.jsonl"),
        qrels if qrels.exists() else None,
    )
    asked = tuple(question for question in judged.questions if question.split != _TRAIN)
    return BenchSet(folder.name, ((judged.entries, asked or judged.questions),))


def _file(folder: Path, name: str) -> Path:
    packed = folder / f"{name}.gz"
    return packed if packed.exists() else folder / name
