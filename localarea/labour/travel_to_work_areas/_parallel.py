"""Run a task for many items: in this process, in several, or on a Dask client."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")
Shared = TypeVar("Shared")
Answer = TypeVar("Answer")

# The task and its shared argument in a worker process, sent once to each process.
_received: dict[str, Any] = {}


def run_tasks(
    task: Callable[[Item, Shared], Answer],
    items: Sequence[Item],
    shared: Shared,
    *,
    processes: int = 1,
    client: Any = None,
    on_done: Callable[[int], None] | None = None,
) -> list[Answer]:
    """Call ``task(item, shared)`` for every item; return the results in the order of the items."""
    report = on_done or _ignore
    if client is not None:
        return _run_on_client(task, items, shared, client, report)
    if processes > 1 and len(items) > 1:
        return _run_over_processes(task, items, shared, min(processes, len(items)), report)
    answers = []
    for item in items:
        answers.append(task(item, shared))
        report(1)
    return answers


def _ignore(_: int) -> None:
    return None


def _run_on_client(
    task: Callable[[Item, Shared], Answer],
    items: Sequence[Item],
    shared: Shared,
    client: Any,
    report: Callable[[int], None],
) -> list[Answer]:
    everywhere = client.scatter(shared, broadcast=True)
    # Equal draws are intentional, but a cached result would report no progress.
    futures = [client.submit(task, item, everywhere, pure=False) for item in items]
    answers: list[Answer] = []
    for future in futures:
        answers.append(future.result())
        report(1)
    return answers


def _run_over_processes(
    task: Callable[[Item, Shared], Answer],
    items: Sequence[Item],
    shared: Shared,
    processes: int,
    report: Callable[[int], None],
) -> list[Answer]:
    # Spawn, because a forked child of a program with threads may hang.
    pool = ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_receive, initargs=(task, shared)
    )
    with pool:
        futures = {pool.submit(_call, item): at for at, item in enumerate(items)}
        answers: list[Any] = [None] * len(items)
        for future in as_completed(futures):
            answers[futures[future]] = future.result()
            report(1)
    return answers


def _receive(task: Any, shared: Any) -> None:
    _received.update(task=task, shared=shared)


def _call(item: Any) -> Any:
    return _received["task"](item, _received["shared"])
