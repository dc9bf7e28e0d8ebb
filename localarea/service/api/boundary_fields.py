"""The fields of a form that say what counts as local."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form

OptionField = Annotated[
    str | None, Form(max_length=200, description="Id of an option to count as local.")
]
DefinitionField = Annotated[
    str | None,
    Form(max_length=200, description="Id of a published definition; by default the one in force."),
]
DayField = Annotated[
    str | None,
    Form(max_length=10, description="The definition in force on this day, YYYY-MM-DD."),
]
