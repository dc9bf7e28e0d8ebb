"""Run the same task many times: here, over processes, or on a Dask client."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")
Shared = TypeVar("Shared")
Answer = TypeVar("Answer")

# What every task of a worker process reads; sent once to each process, not with each task.
_given: dict[str, Any] = {}


def run_tasks(
    task: Callable[[Item, Shared], Answer],
    items: Sequence[Item],
    shared: Shared,
    *,
    processes: int = 1,
    client: Any = None,
    on_done: Callable[[int], None] | None = None,
) -> list[Answer]:
    """Call ``task(item, shared)`` for every item; answers come in the order of the items."""
    tell = on_done or _say_nothing
    if client is not None:
        return _run_on_client(task, items, shared, client, tell)
    if processes > 1 and len(items) > 1:
        return _run_over_processes(task, items, shared, min(processes, len(items)), tell)
    answers = []
    for item in items:
        answers.append(task(item, shared))
        tell(1)
    return answers


def _say_nothing(_: int) -> None:
    return None


def _run_on_client(
    task: Callable[[Item, Shared], Answer],
    items: Sequence[Item],
    shared: Shared,
    client: Any,
    tell: Callable[[int], None],
) -> list[Answer]:
    everywhere = client.scatter(shared, broadcast=True)
    # Draws with the same seed are the same on purpose, but a cached answer tells no progress.
    futures = [client.submit(task, item, everywhere, pure=False) for item in items]
    answers: list[Answer] = []
    for future in futures:
        answers.append(future.result())
        tell(1)
    return answers


def _run_over_processes(
    task: Callable[[Item, Shared], Answer],
    items: Sequence[Item],
    shared: Shared,
    processes: int,
    tell: Callable[[int], None],
) -> list[Answer]:
    # Spawned, not forked: a forked child of a program with threads may hang.
    pool = ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_receive, initargs=(task, shared)
    )
    with pool:
        futures = {pool.submit(_call, item): at for at, item in enumerate(items)}
        answers: list[Any] = [None] * len(items)
        for future in as_completed(futures):
            answers[futures[future]] = future.result()
            tell(1)
    return answers


def _receive(task: Any, shared: Any) -> None:
    _given.update(task=task, shared=shared)


def _call(item: Any) -> Any:
    return _given["task"](item, _given["shared"])
