"""What deploy/ promises, as far as it can be shown without an engine for containers: no image is built here."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from marsad.cli import main
from marsad.settings import VARIABLES, settings
from marsad.settings.schema import SCHEMA

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = ("marsad.service", "marsad-backup.service", "marsad-backup.timer")
SECRET = re.compile(r"(?i)(password|secret|token)\w*[ \t]*[=:][ \t]*(?!/)[\"']?\w{6,}")
LOOSEST = 2.0  # exposure by systemd-analyze: 10 is a unit that may do everything


def understood(words: Sequence[str]) -> str:
    """The command that a line calls, after its options were understood. Raises click.UsageError."""
    context = main.make_context("marsad", list(words), resilient_parsing=True)
    name, *rest = [*context._protected_args, *context.args]
    command = main.get_command(context, name)
    assert isinstance(command, click.Command), name
    command.make_context(name, rest, parent=context).close()
    return name


def instructions() -> list[tuple[str, str]]:
    text = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(name.upper(), rest.strip()) for name, _, rest in (line.partition(" ") for line in lines)]


def of(name: str) -> list[str]:
    return [rest for found, rest in instructions() if found == name]


def listed(text: str) -> list[str]:
    return [str(word) for word in yaml.safe_load(text)]


def tracked() -> set[str]:
    done = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("no checkout")
    return set(done.stdout.splitlines())


# -- the container ----------------------------------------------------------------------------------------------------


def test_what_is_copied_is_there_and_is_sent() -> None:
    files, sent = tracked(), (DEPLOY / "Containerfile.dockerignore").read_text("utf-8").split()
    sources = [word for rest in of("COPY") if "--from" not in rest for word in rest.split()[:-1]]
    assert len(sources) > 10
    for source in sources:
        assert source in files or any(name.startswith(f"{source}/") for name in files), source
        assert any(source == s[1:] or source.startswith(f"{s[1:]}/") for s in sent if s.startswith("!")), source
    assert sent[0] == "*"
    built = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = {built["project"]["readme"], *built["project"]["license-files"]}
    needed |= {hook["path"] for hook in built["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"].values()}
    assert needed <= set(sources)


def test_the_image_is_built_as_the_project_is() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (extras,) = [rest.partition("=")[2] for rest in of("ARG") if rest.startswith("EXTRAS")]
    assert set(extras.split(",")) <= set(project["optional-dependencies"]) and "postgres" in extras
    least = tuple(map(int, project["requires-python"].removeprefix(">=").split(".")))
    pythons = [re.search(r"python:(\d+)\.(\d+)-slim", rest) for rest in of("FROM") if "python" in rest]
    assert pythons and all(p and (int(p[1]), int(p[2])) >= least for p in pythons)
    assert "outDir: '../src/marsad/serve/static'" in (ROOT / "web" / "vite.config.mjs").read_text("utf-8")
    assert any(rest.startswith("--from=pages /build/src/marsad/serve/static ") for rest in of("COPY"))


def test_the_image_runs_without_rights_and_holds_no_secret() -> None:
    assert of("USER")[-1] == "10001:10001" and instructions()[-1][0] == "CMD"
    assert not of("ADD") and of("STOPSIGNAL") == ["SIGTERM"]
    for file in filter(Path.is_file, DEPLOY.iterdir()):
        assert not SECRET.search(file.read_text("utf-8")), file.name


def test_the_image_starts_the_server_with_sound_settings() -> None:
    assert understood([*listed(of("ENTRYPOINT")[0]), *listed(of("CMD")[0])][1:]) == "serve"
    made = settings(file=DEPLOY / "container.toml", environment={})
    assert of("EXPOSE") == [str(made.serve.port)]
    assert (made.serve.host, made.log.format) == ("0.0.0.0", "json")
    (user,) = [rest for rest in of("RUN") if "useradd" in rest]
    for folder in (made.cache, made.backups, Path(made.store.removeprefix("sqlite:///")).parent):
        assert f" {folder}" in user


@pytest.fixture
def answering() -> Iterator[HTTPServer]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/healthz" else 503)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_the_probes_of_health_tell_good_from_bad(answering: HTTPServer) -> None:
    image = listed(of("HEALTHCHECK")[0].partition("CMD ")[2])
    composed = compose()["services"]["marsad"]["healthcheck"]["test"][1:]
    found = []
    for command in (image, composed):
        code = command[2].replace(":8765/", f":{answering.server_port}/")
        assert command[:2] == ["python", "-c"] and code != command[2]
        found.append(subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode)
    assert found == [0, 1]  # the first asks /healthz, the second /readyz


# -- compose ----------------------------------------------------------------------------------------------------------


def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def test_only_this_machine_reaches_what_is_composed() -> None:
    services = compose()["services"]
    ports = {name: service.get("ports") or [] for name, service in services.items()}
    assert ports == {"database": [], "marsad": ["127.0.0.1:8765:8765"], "backup": []}
    assert services["database"]["networks"] == ["inside"] and compose()["networks"]["inside"] == {"internal": True}
    assert all("healthcheck" in service for service in services.values())
    assert services["marsad"]["depends_on"] == {"database": {"condition": "service_healthy"}}


def test_what_is_composed_is_declared_and_closed() -> None:
    told = compose()
    for service in told["services"].values():
        assert {v.partition(":")[0] for v in service.get("volumes", ())} <= told["volumes"].keys()
        assert set(service["secrets"]) <= told["secrets"].keys()
        assert set(service["networks"]) <= told["networks"].keys()
        assert "no-new-privileges:true" in service["security_opt"]
    ours = told["services"]["marsad"]
    assert (ours["read_only"], ours["cap_drop"], ours["user"]) == (True, ["ALL"], of("USER")[-1])
    assert (DEPLOY / ours["build"]["context"] / ours["build"]["dockerfile"]).is_file()
    assert all(str(one["file"]).startswith("./secrets/") for one in told["secrets"].values())
    assert int(ours["stop_grace_period"].removesuffix("s")) > settings(environment={}).serve.stop_seconds


def test_what_is_composed_has_sound_settings(tmp_path: Path) -> None:
    given = compose()["services"]["marsad"]["environment"]
    assert given.keys() <= set(VARIABLES.values())
    for name in ("postgres_password", "metrics_token"):
        (tmp_path / name).write_text("0123456789abcdef01234567\n", "utf-8")
    told = {k: v.replace("/run/secrets", str(tmp_path)) for k, v in given.items()}
    told |= {"MARSAD_SERVE_PUBLIC": re.sub(r"\$\{\w+:-(.*)\}", r"\1", told["MARSAD_SERVE_PUBLIC"])}
    made = settings(file=DEPLOY / "container.toml", environment=told)
    assert made.store == "postgresql://marsad:0123456789abcdef01234567@database/marsad"
    assert compose()["networks"]["outside"]["ipam"]["config"][0]["gateway"] in made.serve.proxies
    assert understood(compose()["services"]["backup"]["command"]) == "backup"


# -- systemd ----------------------------------------------------------------------------------------------------------


def unit(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / name).read_text("utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize(("name", "command"), [("marsad.service", "serve"), ("marsad-backup.service", "backup")])
def test_units_call_what_there_is(name: str, command: str) -> None:
    told = unit(name)
    (line,) = told["ExecStart"]
    assert understood(shlex.split(line)[1:]) == command
    assert (told["User"], told["NoNewPrivileges"], told["ProtectSystem"]) == (["marsad"], ["yes"], ["strict"])


def test_units_wait_longer_than_the_server() -> None:
    told = unit("marsad.service")
    assert told["Type"] == ["notify"] and int(told["WatchdogSec"][0]) >= 30
    assert int(told["TimeoutStopSec"][0]) > settings(file=DEPLOY / "marsad.toml", environment={}).serve.stop_seconds


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")
def test_systemd_understands_the_units_and_finds_them_closed(tmp_path: Path) -> None:
    for name in UNITS:
        text = (DEPLOY / name).read_text("utf-8").replace("/opt/marsad/bin/marsad", sys.executable)
        (tmp_path / name).write_text(text, "utf-8")
    files = [str(tmp_path / name) for name in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "marsad" in line]) == (0, [])
    for file in files[:2]:
        command = ["systemd-analyze", "security", "--offline=true", file]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        exposure = re.search(r"exposure level for .*: ([\d.]+)", told.stdout)
        if exposure is None:
            pytest.skip(f"systemd-analyze knows no --offline: {told.stderr[:100]}")
        assert float(exposure[1]) <= LOOSEST


def test_the_example_tells_every_setting_and_is_sound() -> None:
    text = (DEPLOY / "marsad.toml").read_text("utf-8")
    assert settings(file=DEPLOY / "marsad.toml", environment={}).serve.public == "https://marsad.example.org"
    section, found = "", set()
    for line in text.splitlines():
        if opened := re.match(r"\[(\w+)\]", line):
            section = f"{opened[1]}."
        elif key := re.match(r"(?:# )?(\w+) = ", line):
            found.add(section + key[1])
    assert found | {"store_file", "serve.hosts", "metrics.token"} == SCHEMA.keys()
