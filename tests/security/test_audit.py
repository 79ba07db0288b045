"""What we depend on: known flaws where a source of advisories answers, and what can be told without one.

A flaw that is known and does not touch us is allowed by name, with the reason and the day on which to look again.
A source that does not answer skips its test and says so; it never passes in silence.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCK, WEB = ROOT / "requirements.lock", ROOT / "web"
QUICK, LONG = 8, 90  # seconds for one package, and for all where the source answers
UNLOCKED = {"bench", "docs"}  # extras whose packages never run where reports are
LICENCES = re.compile(r"MIT|BSD|Apache|PSF|Python Software|MPL|ISC|LGPL|Unlicense|CC0|0BSD|Zlib")
ODD_LICENCES = {"mazini": "CC-BY-4.0: a conjugator of Arabic verbs, in tools and tests only"}


@dataclass(frozen=True)
class Allowed:
    """A known flaw that does not touch us."""

    reason: str
    until: date


ALLOWED: Mapping[str, Allowed] = {}


@dataclass(frozen=True)
class Flaw:
    """A known flaw of a package."""

    package: str
    id: str
    names: tuple[str, ...] = ()

    def known(self, *, today: date) -> bool:
        """Whether it is allowed today."""
        given = [ALLOWED[name] for name in (self.id, *self.names) if name in ALLOWED]
        return any(allowed.until >= today for allowed in given)


@cache
def pins() -> tuple[tuple[Requirement, Version], ...]:
    """The packages of the lock with their versions."""
    found = []
    for line in LOCK.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            told = Requirement(line)
            found.append((told, Version(next(iter(told.specifier)).version)))
    return tuple(found)


def ran(*command: str, seconds: int, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """What a program says; skips the test where it does not come to its end."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds, cwd=folder)
    except subprocess.TimeoutExpired:
        pytest.skip(f"{Path(command[0]).name} did not answer within {seconds} seconds")


# -- known flaws -------------------------------------------------------------------------------------------------------


def of_pip_audit(told: str) -> tuple[list[Flaw], list[str]]:
    """Flaws and packages that could not be looked up, from the JSON of pip-audit."""
    flaws, passed_over = [], []
    for package in json.loads(told)["dependencies"]:
        if "skip_reason" in package:
            passed_over.append(package["name"])
        flaws += [Flaw(package["name"], v["id"], tuple(v.get("aliases", ()))) for v in package.get("vulns", ())]
    return flaws, passed_over


def of_npm_audit(told: str) -> list[Flaw]:
    """Flaws from the JSON of npm audit. Raises KeyError where it holds no report."""
    found = []
    for name, package in json.loads(told)["vulnerabilities"].items():
        for via in package["via"]:
            if isinstance(via, dict):
                found.append(Flaw(name, str(via["url"]).rpartition("/")[2], (str(via["source"]),)))
    return found


def new(flaws: list[Flaw], *, today: date | None = None) -> list[Flaw]:
    """Those that are not allowed."""
    day = today or date.today()
    return [flaw for flaw in flaws if not flaw.known(today=day)]


def pip_audit(file: Path, *, seconds: int) -> tuple[list[Flaw], list[str]]:
    pytest.importorskip("pip_audit", reason="pip-audit is not installed (pip install marsad[dev])")
    words = ("-r", str(file), "--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off")
    run = ran(sys.executable, "-m", "pip_audit", *words, seconds=seconds)
    if not run.stdout.startswith("{"):
        last = (run.stderr.strip().splitlines() or ["no word"])[-1]
        pytest.skip(f"no source of advisories for Python packages answers: {last[:150]}")
    return of_pip_audit(run.stdout)


def test_no_python_package_of_the_lock_has_a_known_flaw(tmp_path: Path) -> None:
    one = tmp_path / "one.txt"
    first = next(line for line in LOCK.read_text("utf-8").splitlines() if line.startswith("click=="))
    one.write_text(first + "\n", "utf-8")
    _, passed_over = pip_audit(one, seconds=QUICK)
    if passed_over:
        pytest.skip("no source of advisories for Python packages answers: it knows nothing even of click")
    flaws, passed_over = pip_audit(LOCK, seconds=LONG)
    assert new(flaws) == []
    assert passed_over == [], "these could not be looked up"


def test_no_package_of_the_pages_has_a_known_flaw() -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    run = ran(npm, "audit", "--omit=dev", "--json", seconds=QUICK + 7, folder=WEB)
    try:
        flaws = of_npm_audit(run.stdout)
    except (KeyError, json.JSONDecodeError):
        told = json.loads(run.stdout).get("message", "") if run.stdout.startswith("{") else run.stderr
        pytest.skip(f"no source of advisories for npm packages answers: {str(told)[:60]}")
    assert new(flaws) == []


def test_a_known_flaw_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"dependencies": [
        {"name": "good", "version": "1", "vulns": []}, {"name": "lost", "skip_reason": "not found"},
        {"name": "bad", "version": "1", "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2"]}]},
    ]}  # fmt: skip
    flaws, passed_over = of_pip_audit(json.dumps(told))
    assert (flaws, passed_over) == ([Flaw("bad", "PYSEC-1", ("CVE-1",))], ["lost"])
    via = {"source": 7, "url": "https://example.org/advisories/GHSA-x", "title": "t", "severity": "high"}
    both = [*flaws, *of_npm_audit(json.dumps({"vulnerabilities": {"js": {"via": [via, "other"]}}}))]
    assert len(new(both)) == 2
    allowed = {"CVE-1": Allowed("only where nobody is", date(2030, 1, 1)), "GHSA-x": Allowed("over", date(2020, 1, 1))}
    monkeypatch.setattr(sys.modules[__name__], "ALLOWED", allowed)
    assert [flaw.package for flaw in new(both, today=date(2026, 1, 1))] == ["js"]
    with pytest.raises(KeyError):
        of_npm_audit('{"message": "405 Method Not Allowed"}')


def test_what_is_allowed_has_a_reason_and_a_day() -> None:
    assert all(len(allowed.reason) > 20 for allowed in ALLOWED.values())


# -- the lock ----------------------------------------------------------------------------------------------------------


def test_every_package_is_pinned_to_one_released_version() -> None:
    assert len(pins()) > 100
    for told, version in pins():
        assert [(s.operator, "*" in s.version) for s in told.specifier] == [("==", False)], told
        assert told.url is None and not version.is_prerelease and not version.is_devrelease and version.local is None, (
            told
        )


def test_the_lock_names_no_registry_and_no_file() -> None:
    text = LOCK.read_text("utf-8") + (WEB / "package-lock.json").read_text("utf-8")
    for word in ("--index", "--find-links", "--trusted-host", "file:", "git+", "-e ", '"resolved"'):
        assert word not in text
    assert not re.search(r"https?://", LOCK.read_text("utf-8"))


def wanted() -> dict[str, list[Requirement]]:
    """What pyproject.toml asks for: extra ("" for the base) -> requirements."""
    told: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {name: [Requirement(line) for line in lines]
            for name, lines in {"": told["dependencies"], **told["optional-dependencies"]}.items()}  # fmt: skip


def test_the_lock_is_in_step_with_the_project() -> None:
    locked: dict[str, list[Version]] = {}
    for told, version in pins():
        locked.setdefault(canonicalize_name(told.name), []).append(version)
    for extra, requirements in wanted().items():
        for told in requirements if extra not in UNLOCKED else ():
            versions = locked.get(canonicalize_name(told.name), [])
            assert versions, f"{told.name} [{extra}] is not in requirements.lock"
            assert all(version in told.specifier for version in versions), f"{told} [{extra}]: {versions}"


def test_no_version_of_the_lock_was_withdrawn() -> None:
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    if not Path(uv).exists():
        pytest.skip("uv is not installed")
    words = ("pip", "install", "--dry-run", "--no-deps", "--reinstall", "--python", sys.executable, "-r", str(LOCK))
    run = ran(uv, *words, seconds=QUICK + 12)
    if run.returncode:
        pytest.skip(f"the registry does not answer: {run.stderr.strip().splitlines()[-1][:100]}")
    assert "yanked" not in run.stderr.lower(), run.stderr


def licence(name: str) -> str:
    """What a package says of its licence."""
    told = metadata(name)
    kinds = [c.rpartition("::")[2].strip() for c in told.get_all("Classifier") or [] if c.startswith("License")]
    return told.get("License-Expression") or " / ".join(kinds) or (told.get("License") or "")[:60]


def test_every_package_that_we_name_has_a_licence_that_we_know() -> None:
    seen = 0
    for extra, requirements in wanted().items():
        for told in requirements if extra not in UNLOCKED else ():
            try:
                said = licence(told.name)
            except PackageNotFoundError:
                continue
            seen += 1
            assert LICENCES.search(said) or told.name in ODD_LICENCES, f"{told.name}: {said!r}"
    assert seen > 20


def test_every_package_of_the_pages_is_known_by_its_hash() -> None:
    told = json.loads((WEB / "package-lock.json").read_text("utf-8"))
    packages = {name: package for name, package in told["packages"].items() if name}
    assert len(packages) > 20
    for name, package in packages.items():
        assert package.get("link") or str(package.get("integrity", "")).startswith("sha512-"), name
