"""An error of the database ends in a log, and what people wrote must not."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.database import make_engine


def test_an_error_quotes_nothing_that_people_wrote(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'desk.sqlite'}")
    with engine.begin() as connection, pytest.raises(sa.exc.OperationalError) as failure:
        connection.execute(sa.text("insert into nowhere values (:words)"), {"words": "my salary is wrong"})
    engine.dispose()
    assert "my salary is wrong" not in str(failure.value)
