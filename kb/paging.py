"""Reading a long table a page at a time: neither the database nor we hold all of it, and no transaction has to last."""

from collections.abc import Iterator
from typing import TypeVarTuple

from sqlalchemy import Row, Select
from sqlalchemy.orm import InstrumentedAttribute, Session

Columns = TypeVarTuple("Columns")


def in_pages(
    session: Session, query: Select[*Columns], key: InstrumentedAttribute[int], *, rows: int
) -> Iterator[Row[*Columns]]:
    """The rows of `query` by `key`, which is one of its columns and unlike in each of them. Every page is read as the
    database stands then."""
    page = query.order_by(key).limit(rows)
    some = session.execute(page).all()
    while some:
        yield from some
        if len(some) < rows:
            return
        some = session.execute(page.where(key > getattr(some[-1], key.key))).all()
