"""`evenhand bench kb`: the search beside others, and at sizes that no example has."""

import gc
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from time import process_time
from typing import Annotated, Any

import typer

from bot.bench.beside import TYPOS, BenchSet, Contender, Row, compare, timed
from bot.bench.cores import one_core
from bot.bench.peers import PEERS
from bot.bench.sets import folder_sets, starter_set
from bot.bench.synthetic import Synthetic, synthetic, with_made_up_meaning
from bot.cli.bench import group
from bot.cli.bench_tables import as_markdown, as_objects, show, show_size
from bot.cli.footprint import megabytes_now, peak_megabytes
from bot.cli.measured import encoder_unless, measured_index
from bot.cli.program import Stop, command, err
from bot.cli.waiting import counting
from kb.entries import Entry
from kb.evaluation import Answer, Figures, answers_of, evaluate
from kb.index import Index, build_index
from kb.judged_files import BadFile
from kb.meaning.encoder import Encoder

_ASKED_BY_SIZE = 1_000


@command(group, "kb")
def bench_kb(
    data: Annotated[
        Path | None,
        typer.Option(help="A folder with one folder for each judged set; else the starter articles."),
    ] = None,
    sets: Annotated[str, typer.Option(help="Only these sets of the folder, with commas.")] = "",
    size: Annotated[
        int | None, typer.Option(min=1, max=1_000_000, help="Instead: so many made-up short articles.")
    ] = None,
    lexical: Annotated[bool, typer.Option("--lexical", help="Without embeddings.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a row.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The table as the README shows it.")] = False,
) -> None:
    """Compare the search with other ways to search, or measure it at a size."""
    encoder = encoder_unless(lexical)
    with one_core():
        if size is not None:
            measured = _at_size(size, encoder)
            if as_json:
                sys.stdout.write(json.dumps(measured) + "\n")
            else:
                show_size(measured)
            return
        rows = list(_rows(_sets(data, sets), encoder))
    if as_json:
        for row in as_objects(rows):
            sys.stdout.write(json.dumps(row) + "\n")
    elif markdown:
        sys.stdout.write(as_markdown(rows))
    else:
        show(rows)


def _sets(data: Path | None, names: str) -> list[BenchSet]:
    if data is None:
        return [starter_set()]
    try:
        return folder_sets(data, [name.strip() for name in names.split(",") if name.strip()])
    except BadFile as bad:
        raise Stop(f"{bad}.", "The files' form: evenhand kb evaluate --help", code=2) from None


def _rows(sets: Sequence[BenchSet], encoder: Encoder | None) -> Iterator[Row]:
    contenders = [*_ours(encoder), *_peers()]
    questions = 2 * sum(judged.count for judged in sets) * len(contenders)
    with counting("Asking", questions) as one_more:
        yield from compare(sets, contenders, one_more)


def _ours(encoder: Encoder | None) -> Iterator[Contender]:
    def by_words(entries: Sequence[Entry]) -> Callable[[str], Answer]:
        return answers_of(build_index(entries))

    def by_meaning(entries: Sequence[Entry]) -> Callable[[str], Answer]:
        return answers_of(measured_index(entries, encoder, quietly=True))

    yield Contender("Evenhand, lexical", version("evenhand"), by_words)
    if encoder is not None:
        yield Contender("Evenhand, semantic", version("evenhand"), by_meaning)


def _peers() -> Iterator[Contender]:
    for peer in PEERS:
        if peer.version is None:
            err.print(peer.why_not, markup=False)
        else:
            yield Contender(peer.name, peer.version, timed(peer.build))


def _at_size(size: int, encoder: Encoder | None) -> dict[str, Any]:
    made = synthetic(size, questions=_ASKED_BY_SIZE)
    gc.collect()
    before, started = megabytes_now(), process_time()
    index = build_index(made.entries)
    spent = process_time() - started
    gc.collect()
    grown = megabytes_now() - before
    found = _asked(index, made)
    measured = {
        "articles": size,
        "build_cpu_s": round(spent, 2),
        "index_mb": round(grown, 1),
        "rss_mb": round(megabytes_now(), 1),
        "peak_mb": round(peak_megabytes(), 1),
        "questions": found.questions,
        "noise": TYPOS,
        "mrr10": found.as_object()["mrr10"],
        "ms": found.as_object()["ms"],
    }
    if encoder is not None:
        by_meaning = with_made_up_meaning(index, encoder)
        measured["semantic"] = {
            "ms": _asked(by_meaning, made).as_object()["ms"],
            "rss_mb": round(megabytes_now(), 1),
        }
    return measured


def _asked(index: Index, made: Synthetic) -> Figures:
    with counting("Asking", len(made.questions)) as one_more:
        return evaluate(answers_of(index), made.questions, noise=TYPOS, progress=one_more)
