"""Every command of README.md and of the guides, in their order, each in a copy of the repository.

A block marked `sh` or `python` is run; other blocks are shown only. What differs from a reader's machine:

- the release build takes half an hour, so `cargo run --release --` and `target/release/fince` mean the built program;
- `fince up` runs in the background until the last block, with free ports, and the ports in the text are moved alike;
- packages are not installed again: a block of `pip install` must name only packages of `requirements.txt`;
- `cargo xtask test` would run this test again: it must be a command that exists.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mesh import FINCE, ROOT, Mesh

BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INSTALL = re.compile(r"pip install (.+)")
UP = re.compile(r"^(cargo run --release --|target/release/fince|fince) up", re.MULTILINE)


def blocks(page: str) -> list[tuple[str, str]]:
    return BLOCK.findall((ROOT / page).read_text())


GUIDES = sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs/guides").glob("*.md"))
# A guide may only explain.
PAGES = ["README.md", *(page for page in GUIDES if blocks(page))]


@pytest.fixture
def copy(tmp_path_factory):
    """What a clone would hold, with the changes that are not committed yet."""
    folder = tmp_path_factory.mktemp("clone") / "fince"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, files):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    programs = folder / "target" / "release"
    programs.mkdir(parents=True)
    (programs / "fince").symlink_to(Path(FINCE).resolve())
    return folder


def test_the_readme_has_commands():
    kinds = [kind for kind, _ in blocks("README.md")]
    assert "sh" in kinds and "python" in kinds
    assert len(PAGES) > 1


@pytest.mark.parametrize("page", PAGES)
def test_every_block_runs_in_order(copy, page):
    mesh = Mesh(copy / ".fince", root=copy)
    try:
        for kind, text in blocks(page):
            run(kind, moved(text, mesh), copy, mesh)
        assert mesh.process is not None, "no block starts the mesh"
        assert mesh.end() == 0, mesh.printed()
    finally:
        mesh.kill()


def moved(text: str, mesh: Mesh) -> str:
    """The ports of the text, where this mesh listens."""
    return re.sub(r"\b84(6[0-5]|7[0-9])\b", lambda port: str(mesh.base + int(port[0]) - 8460), text)


def run(kind: str, text: str, copy: Path, mesh: Mesh) -> None:
    if kind == "python":
        execute([sys.executable, "-c", text], text, copy, mesh)
        return
    for install in INSTALL.findall(text):
        required = (ROOT / "tests/python/requirements.txt").read_text()
        for package in install.split():
            assert re.search(rf"^{re.escape(package)}==", required, re.MULTILINE), package
        return
    if UP.search(text):
        mesh.start().wait()
        return
    text = text.replace("cargo run --release --", "target/release/fince")
    text = text.replace("cargo xtask test", "cargo xtask test --help")
    execute(["bash", "-euo", "pipefail", "-c", text], text, copy, mesh)


def execute(command: list[str], text: str, copy: Path, mesh: Mesh) -> None:
    path = f"{copy / 'target' / 'release'}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "FINCE_PORT_BASE": str(mesh.base)}
    environment.pop("CARGO_TARGET_DIR", None)  # The copy builds beside itself, not over the programs under test.
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{text}\nprinted:\n{done.stdout}\n{done.stderr}"
