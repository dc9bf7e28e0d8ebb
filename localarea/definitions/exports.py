"""Export a definition to other programs: data warehouses, web maps and spreadsheets."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.classify.codes import MEANINGS
from localarea.errors import InputError
from localarea.geo.postcodes import outward_of
from localarea.tables.atomic import require_folder, write_once

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from localarea.definitions.geopackage import OpenDefinition

_DEGREES: Final = 7  # decimal places: about a centimetre
_ROWS_IN_GROUP: Final = 1 << 17
_LETTERS: Final = 26
_LETTER_PAIRS: Final = _LETTERS**2


def export_definition(opened: OpenDefinition, path: Path) -> Path:
    """
    Write a definition for another program, in the format that the file extension names.

    Parameters
    ----------
    path : pathlib.Path
        File to write: ``.gpkg`` (the definition itself, to be imported elsewhere),
        ``.parquet`` (the status of every postcode), ``.geojson`` (the outline) or ``.csv``
        (the status of every outward code).

    Raises
    ------
    InputError
        If the extension is not supported, or the file exists.
    """
    ending = path.suffix.lower()
    if ending not in _FORMS:
        endings = ", ".join(_FORMS)
        raise InputError(f"{path.name}: a definition is exported as one of {endings}")
    require_folder(path)
    write_once(path, export_bytes(opened, ending))
    return path


def export_bytes(opened: OpenDefinition, ending: str) -> bytes:
    """
    Return a definition in another format.

    ``ending``: extension supported by :func:`export_definition`, such as ``.geojson``.
    """
    return _FORMS[ending](opened)


def postcode_table(opened: OpenDefinition) -> pa.Table:
    """
    Return the verdicts as a table to join on.

    Returns
    -------
    pyarrow.Table, shape (n_postcodes, 2)
        ``postcode`` (text in capitals without a space, sorted) and ``status`` (dictionary
        of ``local``, ``not_local``, ``unknown``); the schema's metadata name the definition.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    codes = []
    texts = []
    for outward, rows in opened.all_rows():
        texts.append(_texts_of(outward, rows.slots))
        codes.append(rows.codes)
    statuses = ("local", "not_local", "unknown")
    number = np.array([statuses.index(meaning.status) for meaning in MEANINGS], np.int8)
    column = pa.array(number[np.concatenate(codes)] if codes else np.empty(0, np.int8))
    made = opened.definition
    metadata = {
        "localarea.definition": made.id,
        "localarea.definition_sha256": opened.sha256,
        "localarea.directory_date": made.directory_date,
        "localarea.purpose": made.purpose,
    }
    text = pa.concat_arrays(texts) if texts else pa.array([], pa.string())
    order = pc.sort_indices(text)
    status = pa.DictionaryArray.from_arrays(column.take(order), pa.array(statuses))
    table = pa.table({"postcode": text.take(order), "status": status})
    return table.replace_schema_metadata(metadata)


def local_postcodes(opened: OpenDefinition) -> bytes:
    """
    Write the local postcodes in use as CSV for people, one a line, as they are usually written.

    UTF-8, with the header ``Postcode``; sorted.
    """
    local = np.array([meaning.status == "local" for meaning in MEANINGS])
    lines = []
    for outward, rows in opened.all_rows():
        inside = local[rows.codes] & (rows.ended < 0)
        texts = _texts_of(outward, rows.slots[inside]).to_pylist()
        lines += [f"{text[:-3]} {text[-3:]}" for text in texts]
    return "\r\n".join(["Postcode", *sorted(lines), ""]).encode()


def _texts_of(outward: int, slots: NDArray[np.int16]) -> pa.Array:
    """
    Write postcodes of one outward code, without a space, column by column.

    One by one, the country's millions would keep every other thread waiting for seconds.
    """
    import pyarrow as pa

    head = np.frombuffer(outward_of(outward).encode("ascii"), np.uint8)
    digit, letters = np.divmod(slots.astype(np.int32), _LETTER_PAIRS)
    signs = np.empty((len(slots), len(head) + 3), np.uint8)
    signs[:, : len(head)] = head
    signs[:, -3] = ord("0") + digit
    signs[:, -2] = ord("A") + letters // _LETTERS
    signs[:, -1] = ord("A") + letters % _LETTERS
    ends = np.arange(len(slots) + 1, dtype=np.int32) * np.int32(signs.shape[1])
    return pa.StringArray.from_buffers(len(slots), pa.py_buffer(ends), pa.py_buffer(signs))


def _parquet(opened: OpenDefinition) -> bytes:
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    table = postcode_table(opened)
    pq.write_table(table, stream, compression="zstd", row_group_size=_ROWS_IN_GROUP)
    return stream.getvalue()


def _geojson(opened: OpenDefinition) -> bytes:
    import shapely
    from pyproj import Transformer

    made = opened.definition
    to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    outline = shapely.from_wkb(opened.outline())
    placed = shapely.transform(
        outline,
        lambda xy: np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1])).round(_DEGREES),
    )
    wound = shapely.MultiPolygon([shapely.orient_polygons(p) for p in shapely.get_parts(placed)])
    properties: dict[str, Any] = {
        key: value
        for key, value in made.as_document().items()
        if key not in {"zones", "inputs", "parameters", "format"}
    }
    properties["definition_sha256"] = opened.sha256
    feature = {
        "type": "Feature",
        "id": made.id,
        "properties": properties,
        "geometry": json.loads(shapely.to_geojson(wound)),
    }
    document = {"type": "FeatureCollection", "features": [feature]}
    return json.dumps(document, ensure_ascii=False).encode() + b"\n"


def _csv(opened: OpenDefinition) -> bytes:
    lines = ["outward_code,status,live_local,live_not_local"]
    lines += [f"{code},{status},{a},{b}" for code, status, a, b in opened.outward_codes()]
    return ("\r\n".join(lines) + "\r\n").encode()


_FORMS: Final[dict[str, Callable[[OpenDefinition], bytes]]] = {
    ".gpkg": lambda opened: opened.data,
    ".parquet": _parquet,
    ".geojson": _geojson,
    ".csv": _csv,
}
