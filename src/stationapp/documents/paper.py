"""What a paper is: its data class, its layout, its samples and the law it rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from stationapp.documents.layout.sheet import Composition

Data = TypeVar("Data")


@dataclass(frozen=True, slots=True)
class Paper(Generic[Data]):
    """One kind of paper.

    `compose` lays plain data out; `parts` names what one print consists of; `basis` lists the articles or the
    practice the paper rests on. The three samples show it usual, as long as it gets, and with every optional
    field empty.
    """

    name: str
    title: str
    data_class: type[Data]
    compose: Callable[[Data], Composition]
    sample: Callable[[], Data]
    sample_long: Callable[[], Data]
    sample_sparse: Callable[[], Data]
    parts: tuple[str, ...]
    basis: tuple[str, ...]
