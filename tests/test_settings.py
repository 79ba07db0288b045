"""Settings by file and environment: who stands above whom, and all faults at once."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from marsad.cli import main
from marsad.settings import VARIABLES, Settings, SettingsError, settings
from marsad.settings.schema import SCHEMA

FAULTY = """\
store = "postgresql://m:topsecret@h/x"
store_file = "/nowhere/at-all"
prot = 3
packs = ["/no/such/packs"]
[serve]
port = 70000
hsot = "x"
hosts = "one"
public = "https://u:p@h/path"
proxies = ["10.0.0.0/8", "bla"]
[log]
format = "xml"
level = true
[sessions]
idle_minutes = 600
longest_hours = 1
[metrics]
token = "short-secret"
[limits]
requests_per_minute = "many"
[srve]
port = 1
"""
FOUND = [
    ("E807", "1"), ("E806", "2"), ("E803", "3"), ("E806", "4"), ("E805", "6"), ("E803", "7"), ("E804", "8"),
    ("E805", "9"), ("E805", "10"), ("E805", "12"), ("E805", "13"), ("E807", "15"), ("E805", "18"), ("E804", "20"),
    ("E803", "22"),
]  # fmt: skip


def written(folder: Path, text: str) -> Path:
    file = folder / "marsad.toml"
    file.write_text(text, "utf-8")
    return file


def faults(*args: Any, **given: Any) -> list[str]:
    with pytest.raises(SettingsError) as told:
        settings(*args, **{"environment": {}} | given)
    return [f"{fault.code} {fault.message} / {fault.remedy}" for fault in told.value.faults]


def run(*args: str, **environment: str) -> Result:
    return CliRunner(env={"MARSAD_STORE": None, "MARSAD_SETTINGS": "", **environment}).invoke(main, list(args))


def test_all_faults_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    file = written(tmp_path, FAULTY)
    told = faults(file=file, environment={"MARSAD_SERVE_STOP_SECONDS": "soon"})
    found = sorted(((t[:4], t.split(f"{file}:")[1].split(":")[0].split(",")[0]) for t in told if str(file) in t),
                   key=lambda one: int(one[1]))  # fmt: skip
    assert found == FOUND
    assert [t for t in told if "MARSAD_SERVE_STOP_SECONDS" in t and t.startswith("E804")]
    text = "\n".join(told)
    for right in ("'serve.port'", "'serve.host'"):
        assert f"did you mean {right}?" in text
    assert "topsecret" not in text and "short-secret" not in text


def test_the_command_tells_each_fault_in_a_line_of_its_own(tmp_path: Path) -> None:
    done = run("settings", "check", str(written(tmp_path, FAULTY)))
    assert done.exit_code == 2 and len(done.stderr.splitlines()) == len(FOUND)
    assert "topsecret" not in done.output and "short-secret" not in done.output
    assert run("--settings", str(tmp_path / "marsad.toml"), "incidents").stderr == done.stderr


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [(b"store = sqlite", "E802", ":1:"), (b"a = 1\n\nb = [1", "E802", ":3:"), (b"\xff\xfe", "E801", ""),
     (b"[serve]\nport = 1\nport = 2", "E802", ":3:"), (b"[serve\n", "E802", ":1:")],
)  # fmt: skip
def test_what_is_no_toml_is_told(tmp_path: Path, content: bytes, code: str, line: str) -> None:
    file = tmp_path / "marsad.toml"
    file.write_bytes(content)
    (told,) = faults(file=file)
    assert told.startswith(f"{code} {file}{line}")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert faults(file=tmp_path / "none.toml")[0].startswith("E801")
    assert faults(environment={"MARSAD_SETTINGS": str(tmp_path)})[0].startswith("E801")


def test_options_stand_above_the_environment_above_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, 'store = "sqlite:///file"\n[serve]\nport = 1\nhost = "::1"\nhosts = ["a", "b"]\n')
    environment = {"MARSAD_STORE": "sqlite:///variable", "MARSAD_SERVE_PORT": "2", "MARSAD_SETTINGS": str(file)}
    made = settings(store="sqlite:///option", environment=environment)
    assert (made.store, made.serve.port, made.serve.host) == ("sqlite:///option", 2, "::1")
    assert (made.serve.hosts, made.serve.stop_seconds, made.chosen) == (("a", "b"), 10.0, True)
    assert made.origins["store"] == "--store" and made.origins["serve.port"] == "MARSAD_SERVE_PORT"
    assert made.origins["serve.host"] == f"{file}:4"
    assert settings(environment=environment).store == "sqlite:///variable"


def test_one_file_is_read_the_users_before_the_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marsad.settings.places.SYSTEM", written(tmp_path, 'store = "sqlite:///machine"'))
    environment = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert settings(environment=environment).store == "sqlite:///machine"
    (tmp_path / "config" / "marsad").mkdir(parents=True)
    written(tmp_path / "config" / "marsad", 'store = "sqlite:///user"')
    assert settings(environment=environment).store == "sqlite:///user"
    assert not settings(environment=environment | {"MARSAD_SETTINGS": ""}).chosen
    monkeypatch.chdir(tmp_path / "config" / "marsad")
    assert not settings(environment={"MARSAD_SETTINGS": ""}).chosen


def test_secrets_may_stand_in_files_of_their_own(tmp_path: Path) -> None:
    store, password, token = (tmp_path / name for name in ("store", "password", "token"))
    store.write_text("postgresql://m:p@h/x\n", "utf-8")
    password.write_text("a/b:c@d é\n", "utf-8")
    token.write_text("0123456789abcdef\n", "utf-8")
    made = settings(environment={"MARSAD_STORE_FILE": str(store), "MARSAD_METRICS_TOKEN_FILE": str(token)})
    assert (made.store, made.metrics.token) == ("postgresql://m:p@h/x", "0123456789abcdef")
    told = {"MARSAD_STORE": "postgresql://m@h:5432/x", "MARSAD_STORE_PASSWORD_FILE": str(password)}
    assert settings(environment=told).store == "postgresql://m:a%2Fb%3Ac%40d%20%C3%A9@h:5432/x"
    assert faults(environment=told | {"MARSAD_STORE": "postgresql://m:p@h/x"})[0].startswith("E807")
    assert faults(environment=told | {"MARSAD_STORE": "sqlite:///x"})[0].startswith("E807")
    file = written(tmp_path, f'store_file = "{store}"')
    assert settings(file=file, environment={"MARSAD_STORE": "sqlite:///x"}).store == "sqlite:///x"
    assert "0123456789abcdef" not in repr(made) and "m:p@" not in repr(made)


def test_show_tells_origins_and_hides_secrets(tmp_path: Path) -> None:
    file = written(
        tmp_path, 'store = "postgresql://m:pa@ss@h/x?password=third"\n[metrics]\ntoken = "0123456789abcdef"\n'
    )
    done = run("--settings", str(file), "settings", "show", MARSAD_STROE="x", MARSAD_LOG_LEVEL="debug")
    assert done.exit_code == 0
    for secret in ("pa@", "ss@", "third", "0123456789abcdef"):
        assert secret not in done.output
    for told in ("m:***@h/x", "(hidden)", "MARSAD_LOG_LEVEL", f"{file}:1", "did you mean MARSAD_STORE?"):
        assert told in done.output
    assert {name for name in SCHEMA if not name.endswith("_file")} == {
        line.split("│")[1].strip() for line in done.output.splitlines() if line.startswith("│")
    }
    assert "serve.proxies is empty" in run("settings", "check", MARSAD_SERVE_PUBLIC="https://x.example").output
    file.chmod(0o644)
    assert "others may read it" in run("settings", "check", str(file)).output
    file.chmod(0o600)
    assert "others may read it" not in run("settings", "check", str(file)).output


def test_every_setting_has_a_type_a_variable_and_a_place() -> None:
    places = {
        f"{prefix}{one.name}"
        for prefix, owner in [("", Settings), *((f"{o.name}.", type(getattr(Settings("x"), o.name)))
                              for o in fields(Settings) if is_dataclass(getattr(Settings("x"), o.name)))]
        for one in fields(owner) if not (owner is Settings and is_dataclass(getattr(Settings("x"), one.name)))
    } - {"chosen", "file", "origins"}  # fmt: skip
    assert SCHEMA.keys() == VARIABLES.keys()
    assert places == {name for name in SCHEMA if not name.endswith("_file")}


def test_parts_of_the_program_that_look_for_themselves_are_told(tmp_path: Path) -> None:
    channels = tmp_path / "channels.yml"
    channels.write_text("channels: []\n", "utf-8")
    file = written(tmp_path, f'channels = "{channels}"\ncache = "/c"\n[database]\npool = 7\n')
    told = {"MARSAD_CHANNELS": str(channels), "MARSAD_CACHE": "/c", "MARSAD_STORE_POOL": "7"}
    assert settings(file=file, environment={}).for_environment() == told
    code = (
        "import os; from marsad.cli import main; main(standalone_mode=False); print(os.environ['MARSAD_STORE_POOL'], "
    )
    code += "os.environ['MARSAD_CACHE'])"
    done = subprocess.run([sys.executable, "-c", code, "--settings", str(file), "settings", "check"],
                          capture_output=True, text=True, check=True,
                          env=os.environ | {"MARSAD_CACHE": "/kept"})  # fmt: skip
    assert done.stdout.splitlines()[-1] == "7 /kept"


def test_doctor_begins_with_faulty_settings_and_makes_nothing(tmp_path: Path) -> None:
    done = run("--settings", str(written(tmp_path, "prot = 1")), "doctor")
    assert done.exit_code == 2 and "wrong  settings: E803" in done.output and "ok     workbench" in done.output
    done = run("--store", f"sqlite:///{tmp_path / 'none.sqlite'}", "doctor")
    assert done.exit_code == 0 and "store: none yet" in done.output and not (tmp_path / "none.sqlite").exists()


def test_doctor_tells_a_clock_that_went_back_and_an_older_store(tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    from sqlalchemy import text

    from marsad.model import Report
    from marsad.store import open_store

    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with open_store(url, clock=lambda: datetime.now(UTC) + timedelta(hours=3)) as store:
        store.add(Report("r", "نص"))
        assert "wrong  clock: E557" in run("--store", url, "doctor").output
        with store.engine.execution_options(writes=True).begin() as connection:
            connection.execute(text("UPDATE marsad_version SET version_num = '0001'"))
        assert "wrong  store: E551" in run("--store", url, "doctor").output
