"""How old a program may be that still works with the schema. One row; migrations that take something away raise it."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base


class SchemaFloor(Base):
    __tablename__ = "schema_floor"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[str] = mapped_column(String(32))
