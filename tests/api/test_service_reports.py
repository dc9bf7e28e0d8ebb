"""The report to Cabinet by page and by API: chosen, made in the background, and saved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from service_cases import asked_until

from localarea.errors import NotFoundError
from localarea.service.report_jobs import ReportAsked, asked_by

if TYPE_CHECKING:
    from starlette.testclient import TestClient


ASKED = ReportAsked(("district", "drive-30"), "pdf", "", "2026-06-01")


def test_a_reference_says_what_a_report_is_made_of_and_nothing_else_is_one() -> None:
    assert asked_by(ASKED.reference) == ASKED
    assert asked_by(replace(ASKED, council="Exeter", format="docx").reference).council == "Exeter"
    for text in ("x", "", "!!", ASKED.reference[:-4], replace(ASKED, on="never").reference):
        with pytest.raises(NotFoundError, match="no such report"):
            asked_by(text)


@pytest.mark.slow
def test_it_is_made_once_followed_and_fetched(client: TestClient) -> None:
    wanted = {"options": ["district", "district+ipswich"], "format": "pdf"}
    answer = client.post("/api/v1/reports", json=wanted)
    assert answer.status_code == 202
    begun = answer.json()
    assert answer.headers["location"] == f"/api/v1/reports/{begun['reference']}"
    assert begun["options"] == wanted["options"]
    early = client.get(begun["file"])
    if early.status_code == 202:  # it may be done already
        assert early.headers["retry-after"]
    asked_until(
        lambda: client.get(answer.headers["location"]).json(), lambda job: job["status"] == "done"
    )
    found = client.get(begun["file"])
    assert found.headers["content-type"] == "application/pdf"
    assert found.headers["content-disposition"].startswith("attachment; filename=")
    import io

    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(found.content)).pages)
    assert "Colchester district, plus Ipswich" in text
    again = client.post("/api/v1/reports", json=wanted).json()
    assert (again["status"], again["reference"]) == ("done", begun["reference"])
    page = client.get("/report/made", params={"option": wanted["options"], "form": "pdf"})
    assert (page.status_code, "The report is ready" in page.text) == (200, True)
    address = page.text.partition('href="/report/file?')[2].partition('"')[0].replace("&amp;", "&")
    assert client.get(f"/report/file?{address}").content == found.content


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        ([], 422, "choose 1 to 6 options"),
        (["district"] * 2, 422, "once"),
        (["distrikt"], 404, "district"),
        ([f"drive-{n}" for n in range(30, 37)], 422, "choose 1 to 6 options"),
    ],
)
def test_what_cannot_be_made_is_refused_on_both_ways(
    client: TestClient, options: list[str], status: int, said: str
) -> None:
    answer = client.post("/api/v1/reports", json={"options": options})
    assert (answer.status_code, said in answer.text) == (status, True)
    page = client.get("/report/made", params={"option": options})
    assert (page.status_code, said in page.text) == (status, True)
    assert 'name="option"' in page.text


def test_the_pages_lead_to_it_and_keep_what_was_chosen(client: TestClient) -> None:
    assert 'href="/report"' in client.get("/options").text
    page = client.get("/report", params={"option": ["drive-30"]}).text
    assert 'value="drive-30" checked' in page
    assert 'value="district" checked' not in page
    assert client.get("/report", params={"form": "pdf"}).status_code == 422
    assert client.post("/api/v1/reports", json={"options": ["district"], "x": 1}).status_code == 422
    assert client.get("/api/v1/reports/none").status_code == 404
