"""The fields of a form, a query or a body that say what counts as local."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from pydantic import BaseModel, ConfigDict, Field

from localarea.definitions.boundary_choice import BoundaryChoice
from localarea.service.councils import ANCHOR_OF_A_CHECK, COUNCIL_THAT_ANSWERS, LONGEST

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


class Under(BaseModel):
    """Which boundary to check against; by default the definition in force today."""

    model_config = ConfigDict(extra="forbid")

    option: str | None = Field(
        None, min_length=1, description="Id of an option, such as `ttwa-official`."
    )
    definition: str | None = Field(None, min_length=1, description="Id of a published definition.")
    on: str | None = Field(
        None, min_length=1, description="The definition in force on this day, YYYY-MM-DD."
    )
    council: str | None = Field(
        None, min_length=1, max_length=LONGEST, description=COUNCIL_THAT_ANSWERS
    )
    anchor: str | None = Field(
        None, min_length=1, max_length=LONGEST, description=ANCHOR_OF_A_CHECK
    )

    def request(self) -> BoundaryChoice:
        """Return what this asks for."""
        return BoundaryChoice(
            option=self.option,
            definition=self.definition,
            on=self.on,
            council=self.council,
            anchor=self.anchor,
        )
