"""What a release is held to: a day in the changelog, licences, a wheel that works elsewhere."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from documenting.licences import faults, page

from localarea.version import newest_release, version

ROOT = Path(__file__).resolve().parents[1]
_SUPPLIERS = "name,postcode\nA,CO1 1JB\nB,PL1 1AA\n"
_STARTS_WITHIN_S = 120


def require_ready() -> None:
    """End with what is wrong, where the changelog or a licence stands against a release."""
    made, dated = version(), newest_release(ROOT)
    wrong = faults()
    if "dev" in made:
        print(f"between releases: this is {made}")
    elif made.split("+")[0] != dated:
        wrong.append(f"the tag says {made}, and the newest day in CHANGELOG.md is that of {dated}")
    if wrong:
        sys.exit("\n".join(wrong))


def try_wheel(tools: Path, wheel: Path) -> None:
    """Install a wheel by pipx and by uv in turn; check, demonstrate and serve with each."""
    wanted = f"{wheel.resolve()}[service]"
    ways = {
        "pipx": [str(tools.resolve() / "pipx"), "install", "--python", sys.executable, wanted],
        "uv": [str(tools.resolve() / "uv"), "tool", "install", "--python", sys.executable, wanted],
    }
    for name, install in ways.items():
        with tempfile.TemporaryDirectory(prefix=f"localarea-{name}-") as folder:
            _try_in(Path(folder), name, install)


def _try_in(folder: Path, name: str, install: list[str]) -> None:
    home, work = folder / "home", folder / "work"
    home.mkdir()
    work.mkdir()
    kept = ("PATH", "LANG", "TMPDIR", "PIP_", "UV_", "SSL_", "HTTPS_PROXY", "NO_PROXY")
    environment = {n: v for n, v in os.environ.items() if n.startswith(kept)}
    environment |= {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")}
    environment |= {"PIPX_HOME": str(home / "pipx"), "PIPX_BIN_DIR": str(home / "bin")}
    environment |= {"UV_TOOL_DIR": str(home / "uv"), "UV_TOOL_BIN_DIR": str(home / "bin")}

    def run(*command: str) -> str:
        began = time.monotonic()
        done = subprocess.run(  # noqa: S603 -- our own words
            command, cwd=work, env=environment, capture_output=True, text=True, check=False
        )
        took = time.monotonic() - began
        said = " ".join(Path(word).name if "/" in word else word for word in command)
        print(f"{name}: {said}: {done.returncode}, {took:.0f} s", flush=True)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        return done.stdout

    program = str(home / "bin" / "localarea")
    run(*install)
    assert run(program, "--version").splitlines()[0] == f"localarea {version()}"  # noqa: S101
    (work / "suppliers.csv").write_text(_SUPPLIERS, encoding="utf-8")
    run(program, "check-file", "suppliers.csv", "--out", "checked.csv")
    run(program, "demo", "--out", "demo")
    for made in ("checked.csv", "demo/index.html"):
        if not (work / made).is_file():
            sys.exit(f"{name}: {made} was not written")
    _serve(name, program, work, environment)


def _serve(name: str, program: str, work: Path, environment: dict[str, str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = work / "serve.log"
    with log.open("w", encoding="utf-8") as words:
        server = subprocess.Popen(  # noqa: S603
            [program, "serve", "--port", str(port)],
            cwd=work,
            env=environment,
            stdout=words,
            stderr=subprocess.STDOUT,
        )
    try:
        for path in ("/health", "/ready", "/api/v1/check?postcode=CO1+1JB", "/docs/"):
            print(f"{name}: serve: {path}: {_status(server, log, port, path)}", flush=True)
    finally:
        server.terminate()
        server.wait(timeout=60)


def _status(server: subprocess.Popen[bytes], log: Path, port: int, path: str) -> int:
    until = time.monotonic() + _STARTS_WITHIN_S
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
                return int(answer.status)
        except ConnectionError as error:
            refused: OSError = error
        except urllib.error.URLError as error:
            refused = error
            if isinstance(error, urllib.error.HTTPError):
                sys.exit(f"{path}: {error.code}")
        if server.poll() is not None or time.monotonic() > until:
            sys.exit(f"{path}: {refused}\n{log.read_text(encoding='utf-8')}")
        time.sleep(0.5)


def main(words: list[str]) -> None:
    """Do what is asked for."""
    match words:
        case ["ready"]:
            require_ready()
        case ["licences", out]:
            Path(out).write_text(page(), encoding="utf-8")
        case ["try", tools, wheel]:
            try_wheel(Path(tools), Path(wheel))
        case _:
            sys.exit("use scripts/release")


if __name__ == "__main__":
    main(sys.argv[1:])
