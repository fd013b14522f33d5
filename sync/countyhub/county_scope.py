"""No statement sees or touches another county's rows, and none can forget to say so.

Each SELECT, at whatever depth, UPDATE and DELETE of a county's rows is compiled with `county = …` for every table
it reads, and each INSERT of values with the county's; one from a SELECT says it by `county_here`. This happens as a
statement is compiled, so a statement that was compiled before pays nothing for it. The value comes from the
connection that executes the statement.

What cannot be restricted so raises ValueError: outer joins that do not compare the counties, UPDATE … FROM and
DELETE … USING with further tables of counties, TABLESAMPLE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Any

from sqlalchemy import BindParameter, Connection, Engine, FromClause, Select, String, Table, bindparam, event
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Alias, Join, TableSample
from sqlalchemy.sql.visitors import iterate

from countyhub.county_rows import COUNTY, OF_COUNTIES

OPTION = "countyhub_county"

_county: ContextVar[str | None] = ContextVar("countyhub_county", default=None)


class SeveralCounties(Exception):
    """The database holds several counties and nobody said which one is meant."""


def keep_to_county(engine: Engine) -> None:
    """Have every statement of an engine keep to the county in its connection's execution option `OPTION`.

    The option is None while it is not known which county is meant, then statements on a county's rows raise
    SeveralCounties; and empty while the database holds none, then they find nothing and may write nothing.
    """
    compiler = engine.dialect.statement_compiler
    engine.dialect.statement_compiler = type("CountyCompiler", (_Scope, compiler), {})
    event.listen(engine, "before_execute", _remember)


def county_here() -> ColumnElement[str]:
    """Return the county of whatever connection executes, for an INSERT from a SELECT."""
    return _value(_written)


def _remember(connection: Connection, *_: Any) -> None:
    _county.set(connection.get_execution_options().get(OPTION))


def _asked() -> str:
    county = _county.get()
    if county is None:
        raise SeveralCounties
    return county


def _written() -> str:
    county = _asked()
    if not county:
        raise ValueError("a row belongs to a county, and this database has none yet")
    return county


def _value(from_where: Callable[[], str]) -> BindParameter[str]:
    return bindparam(None, callable_=from_where, type_=String())


class _Scope:
    """Goes before a dialect's own compiler."""

    def visit_select(self, statement: Any, *rest: Any, **more: Any) -> Any:
        return super().visit_select(_restricted_select(statement), *rest, **more)  # type: ignore[misc]  # dialect's

    def visit_update(self, statement: Any, *rest: Any, **more: Any) -> Any:
        return super().visit_update(_restricted(statement), *rest, **more)  # type: ignore[misc]  # dialect's

    def visit_delete(self, statement: Any, *rest: Any, **more: Any) -> Any:
        return super().visit_delete(_restricted(statement), *rest, **more)  # type: ignore[misc]  # dialect's

    def update_from_clause(
        self, statement: Any, table: Any, extra_froms: Any, *rest: Any, **more: Any
    ) -> Any:
        _refuse_further(extra_froms)
        return super().update_from_clause(statement, table, extra_froms, *rest, **more)  # type: ignore[misc]  # dialect's

    def delete_extra_from_clause(
        self, statement: Any, table: Any, extra_froms: Any, *rest: Any, **more: Any
    ) -> Any:
        _refuse_further(extra_froms)
        return super().delete_extra_from_clause(statement, table, extra_froms, *rest, **more)  # type: ignore[misc]  # dialect's

    def visit_insert(self, statement: Any, *rest: Any, **more: Any) -> Any:
        # One from a SELECT names the county itself; without it the key has no value, and the database refuses.
        if _is_countys(statement.table) and statement.select is None:
            statement = statement.values({COUNTY: _value(_written)})
        return super().visit_insert(statement, *rest, **more)  # type: ignore[misc]  # dialect's


def _restricted_select(statement: Select[Any]) -> Select[Any]:
    for source in statement.get_final_froms():
        for table in _required(source):
            statement = statement.where(_is_ours(table))
    return statement


def _restricted(statement: Any) -> Any:
    return statement.where(_is_ours(statement.table)) if _is_countys(statement.table) else statement


def _refuse_further(sources: Iterable[FromClause]) -> None:
    """UPDATE … FROM and DELETE … USING read further tables without a condition of ours: a subquery can say the same."""
    for source in sources:
        if any(_is_countys(part) or _is_sample(part) for part in _parts(source)):
            raise ValueError(f"an UPDATE or DELETE cannot read {source} too and keep to one county")


def _parts(source: FromClause) -> Iterator[FromClause]:
    if isinstance(source, Join):
        yield from _parts(source.left)
        yield from _parts(source.right)
    else:
        yield source


def _is_ours(table: FromClause) -> ColumnElement[bool]:
    return table.c[COUNTY] == _value(_asked)


def _is_countys(source: FromClause) -> bool:
    """Whether a table or an alias of one holds rows of counties."""
    table = source.element if isinstance(source, Alias) else source
    return isinstance(table, Table) and bool(table.info.get(OF_COUNTIES))


def _is_sample(source: FromClause) -> bool:
    """Whether it is a sample of a county's table: drawn from all counties before any condition."""
    return isinstance(source, TableSample) and _is_countys(source.element)


def _required(source: FromClause) -> Iterator[FromClause]:
    """Yield the tables that a condition of the WHERE can restrict.

    Behind an outer join it cannot: it would drop the row that has no partner. There the condition of the join
    must tie the two counties together, and ValueError is raised when it does not.
    """
    if any(_is_sample(part) for part in _parts(source)):
        raise ValueError("TABLESAMPLE draws from every county")
    if not isinstance(source, Join):
        if _is_countys(source):
            yield source
        return
    if source.full:
        raise ValueError("a full outer join cannot keep to one county")
    yield from _required(source.left)
    if not source.isouter:
        yield from _required(source.right)
    elif _is_countys(source.right) and not _ties_counties(source):
        raise ValueError(f"the outer join with {source.right} does not compare the counties")


def _ties_counties(join: Join) -> bool:
    if join.onclause is None:
        return False
    own, parts = join.right.c[COUNTY], iterate(join.onclause)
    return any(isinstance(part, ColumnElement) and own.shares_lineage(part) for part in parts)
