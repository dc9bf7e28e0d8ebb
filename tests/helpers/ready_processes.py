"""
Processes that begin with their imports done: copies of one that imported them once.

A service, and each of its jobs, is a process of its own, of which a test may kill any. Most of the
time that a small one takes goes into imports. Here a process imports what they need, waits, and
makes a copy of itself for each that is asked for: the same ``main`` with the same input and
environment. What is about starting from nothing (the command line that ``ps`` shows, what is
imported, a bare environment) has :mod:`subprocess` itself.
"""

from __future__ import annotations

import atexit
import gc
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

FOLDERS: Final = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]
CLI: Final = "from localarea.cli import main; main()"
_AHEAD: Final = (
    "localarea.service.server.server",
    "localarea.service.app",
    "localarea.service.files.worker",
    "localarea.service.files.mend_process",
    "localarea.service.files.read_process",
    "localarea.checking.csv_file",
    "localarea.checking.workbooks.workbook",
    "localarea.checking.preview",
    "localarea.checking.results.result_receipt",
    "localarea.checking.results.unresolved",
    "localarea.checking.report_spend",
    "localarea.checking.results.merging",
    "localarea.classify.verdicts",
    "localarea.measures.returns",
    "localarea.spend.reading",
    "localarea.spend.addresses",
    "pyarrow.parquet",
)
# Of services alone: a process that reads a file may not hold so much memory.
_SERVES: Final = (
    "localarea.comparison.session",
    "localarea.datasets.enterprises",
    "localarea.datasets.flows",
    "localarea.datasets.population",
    "localarea.labour.travel_to_work_areas.compute",
    "localarea.options.methods.composite_region",
)


class Started:
    """A process that was asked for; of :class:`subprocess.Popen` what tests and jobs use."""

    def __init__(self, pid: int, ended: threading.Event, codes: dict[int, int]) -> None:
        self.pid, self._ended, self._codes = pid, ended, codes
        self.stdin: Any = None
        self.stdout: Any = None

    @property
    def returncode(self) -> int | None:
        return self._codes.get(self.pid) if self._ended.is_set() else None

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        return self._codes[self.pid]

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class _Ready:
    """
    A process that waits, for services or for all else, and what it says of its copies.

    The one for services is itself a copy of the other, which has imported most of it.
    """

    def __init__(self, *, copy_of: _Ready | None = None) -> None:
        ours, theirs = socket.socketpair()
        serves, quiet = copy_of is not None, subprocess.DEVNULL
        code = f"import sys; sys.path[:0] = {FOLDERS}; import ready_processes as r; "
        code += f"r.stand_by(serves={serves})()"
        self._process: Any
        if copy_of is None:
            command = [sys.executable, "-c", code]
            self._process = subprocess.Popen(command, stdin=theirs, stdout=quiet, stderr=None)
        else:
            self._process = _begin(copy_of, {"code": code}, stdin=theirs, stdout=quiet)
        theirs.close()
        self._line, self._asking = ours, threading.Lock()
        self._begun, self._pid = threading.Semaphore(0), 0
        self._ended: dict[int, threading.Event] = {}
        self._codes: dict[int, int] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self._line.makefile("r"):
            said = json.loads(line)
            if "begun" in said:
                self._pid = said["begun"]
                self._ended[self._pid] = threading.Event()
                self._begun.release()
            else:
                self._codes[said["ended"]] = said["code"]
                self._ended[said["ended"]].set()
        self._pid = 0  # it has ended
        self._begun.release()

    def start(self, asked: dict[str, Any], files: Sequence[int]) -> Started:
        """Have a copy made, with three files for its input, output and errors."""
        with self._asking:
            socket.send_fds(self._line, [json.dumps(asked).encode() + b"\n"], list(files))
            if not self._begun.acquire(timeout=300) or not self._pid:
                raise RuntimeError("the process that waits does not answer")
            return Started(self._pid, self._ended[self._pid], self._codes)

    def close(self) -> None:
        self._line.shutdown(socket.SHUT_RDWR)
        self._process.wait(60)
        self._line.close()


_ready: dict[bool, _Ready] = {}
_first = threading.Lock()


def popen(command: Sequence[str], **how: Any) -> Any:
    """Start a process like :class:`subprocess.Popen`; one of ours begins with its imports done."""
    asked = _asked(list(command))
    if asked is None or set(how) - {"stdin", "stdout", "stderr", "text", "env", "cwd"}:
        return subprocess.Popen(command, **how)
    return _begin(_ready_for(asked), asked, **how)


def _ready_for(asked: dict[str, Any]) -> _Ready:
    serves = asked["arguments"][:1] == ["serve"]
    with _first:
        if False not in _ready:
            _ready[False] = _Ready()
        if serves not in _ready:
            _ready[serves] = _Ready(copy_of=_ready[False])
        return _ready[serves]


def _begin(ready: _Ready, asked: dict[str, Any], **how: Any) -> Started:
    environment: Mapping[str, str] = how.get("env") or os.environ
    asked |= {"env": dict(environment), "cwd": str(how.get("cwd") or Path.cwd())}
    ours: dict[str, int] = {}
    theirs, close = [], []
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        wanted = how.get(name)
        if wanted == subprocess.PIPE:
            read, write = os.pipe()
            ours[name], end = (write, read) if name == "stdin" else (read, write)
        elif wanted == subprocess.DEVNULL:
            end = os.open(os.devnull, os.O_RDWR)
        elif wanted == subprocess.STDOUT:
            end = os.dup(theirs[1])
        else:
            end = os.dup(number if wanted is None else wanted.fileno())
        theirs.append(end)
        close.append(end)
    try:
        started = ready.start(asked, theirs)
    finally:
        for end in close:
            os.close(end)
    for name, end in ours.items():
        raw = io.open(end, "wb" if name == "stdin" else "rb", -1)  # noqa: SIM115, UP020
        setattr(started, name, io.TextIOWrapper(raw, "utf-8") if how.get("text") else raw)
    return started


def _asked(command: list[str]) -> dict[str, Any] | None:
    if command[0] != sys.executable or not hasattr(os, "fork"):
        return None
    if command[1] == "-m" and command[2] in _AHEAD:
        return {"module": command[2], "arguments": command[3:]}
    if command[1:3] == ["-c", CLI]:
        return {"module": "localarea.cli", "arguments": command[3:]}
    return None


def run(command: Sequence[str], **how: Any) -> Any:
    """Run a process like :func:`subprocess.run` where it answers what it reads."""
    if _asked(list(command)) is None:
        return subprocess.run(command, **how)
    how.pop("check")
    given, limit_s = how.pop("input"), how.pop("timeout")
    process = popen(command, stdin=subprocess.PIPE, **how)
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(limit_s, stop)
    timer.start()
    try:
        with suppress(BrokenPipeError):
            process.stdin.write(given)
            process.stdin.close()
        out = process.stdout.read()
        process.stdout.close()
        code = process.wait(60)
    finally:
        timer.cancel()
    if late.is_set():
        raise subprocess.TimeoutExpired(command, limit_s)
    return subprocess.CompletedProcess(command, code, out)


def run_code(code: str, *arguments: str, ahead: Sequence[str] = ()) -> Any:
    """
    Run some code as ``python -c`` would, once what it needs is imported; say all that it wrote.

    What is named in ``ahead`` is imported by the process that waits, so that it is so for good.
    """
    asked = {"code": code, "arguments": arguments, "ahead": [*ahead]}
    process = _begin(
        _ready_for(asked), asked, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    with process.stdout:
        out = process.stdout.read()
    return subprocess.CompletedProcess([code], process.wait(300), out)


def in_place_of_subprocess() -> Any:
    """Give what a module of the service may have as its ``subprocess``."""
    same = ("PIPE", "DEVNULL", "STDOUT", "TimeoutExpired", "CompletedProcess")
    return SimpleNamespace(Popen=popen, run=run, **{n: getattr(subprocess, n) for n in same})


def close() -> None:
    """End the processes that wait, if there are any."""
    while _ready:
        _ready.popitem()[1].close()


def stand_by(*, serves: bool) -> Callable[[], None]:
    """Import, wait for what is asked on the input, and return in each copy what it is to do."""
    import select

    for name in _AHEAD:
        import_module(name)
    # A copy that serves prepares no page that nobody asks for, as a service in a test's process.
    import_module(_AHEAD[0]).PREPARED = ()  # type: ignore[attr-defined]
    if serves:
        _begin_services()
    _hold_still()
    line = socket.socket(fileno=0)
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(wakes)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        found, _, _ = select.select([line, woken], [], [])
        with suppress(BlockingIOError):
            os.read(woken, 4096)
        _tell_ends(line)
        if line not in found:
            continue
        text, files, _, _ = socket.recv_fds(line, 1 << 20, 3)
        if not text:
            os._exit(0)
        asked = json.loads(text)
        for name in asked.get("ahead", ()):
            import_module(name)
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            line.close(), os.close(woken), os.close(wakes)
            return _made_ready(asked, files)
        for file in files:
            os.close(file)
        line.sendall(json.dumps({"begun": pid}).encode() + b"\n")


def _begin_services() -> None:
    """
    Do what each copy that serves would do alike at its start, half a second of it twice.

    Its pages are compiled and its routes built, which are those of the modules; and compiled code
    is called, for at the first call numba reads all that it knows of types.
    """
    for name in _SERVES:
        import_module(name)
    import_module("compiled_pages").take_up()
    import_module("same_routes").share(SimpleNamespace(setattr=setattr))
    settings = import_module("localarea.settings").Settings()
    import_module("localarea.service.app").create_app(settings)
    import_module("kernels_ahead").read_postcodes()


def _hold_still() -> None:
    """Have the collector leave alone what is there: looking at it would copy it for each copy."""
    gc.collect()
    gc.freeze()


def _tell_ends(line: socket.socket) -> None:
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            code = os.waitstatus_to_exitcode(ended[1])
            line.sendall(json.dumps({"ended": ended[0], "code": code}).encode() + b"\n")


def _made_ready(asked: dict[str, Any], files: Sequence[int]) -> Callable[[], None]:
    for place, file in enumerate(files):
        os.dup2(file, place)
        os.close(file)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    if "code" in asked:
        sys.argv[:] = ["-c", *asked.get("arguments", ())]
        return lambda: _ended(lambda: exec(asked["code"], {"__name__": "__main__"}))  # noqa: S102
    sys.argv[:] = ["localarea", *asked["arguments"]]
    sys.path[:] = [folder for folder in sys.path if folder != FOLDERS[1]]
    return lambda: _ended(import_module(asked["module"]).main)


def _ended(main: Callable[[], object]) -> None:
    """
    Do it and end, as Python ends but for taking every module apart.

    That touches, and so copies, all the memory that was there before: twenty times what it takes
    to make the copy. What ends with a fault, or says why it ends, is left to Python.
    """
    code = 0
    try:
        main()
    except SystemExit as ended:
        if not isinstance(ended.code, int | None):
            raise
        code = ended.code or 0
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code & 0xFF)
