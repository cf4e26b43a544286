# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The settings: which source wins, what is refused, and how `cccd config` and the commands use them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cccd_reader.cli import main
from cccd_reader.cli.completion import SHELLS
from cccd_reader.cli.settings import SETTINGS, Kind, Origin, Places, option_defaults, resolve, user_file
from cccd_reader.errors import CccdError, MalformedData


def _places(tmp_path: Path, user: str = "", folder: str = "", **environment: str) -> Places:
    (tmp_path / "user").mkdir(exist_ok=True)
    places = Places(tmp_path / "user" / "config.toml", tmp_path / "cccd.toml", environment)
    for path, content in ((places.user, user), (places.folder, folder)):
        if content:
            path.write_text(content, encoding="utf-8")
    return places


def _run(*arguments: str, text: str = "", **variables: str) -> Any:
    clean: dict[str, str | None] = {setting.variable: None for setting in SETTINGS}
    return CliRunner(env=clean | {"CCCD_ACCESS": None, "CCCD_LANG": "en"} | variables).invoke(
        main, arguments, input=text
    )


def test_without_any_source_nothing_is_set(tmp_path: Path) -> None:
    chosen = resolve(_places(tmp_path))
    assert [each.setting for each in chosen] == list(SETTINGS)
    assert {(each.value, each.origin) for each in chosen} == {(None, Origin.DEFAULT)}
    assert option_defaults(chosen) == {}


def test_the_later_source_wins_setting_by_setting(tmp_path: Path) -> None:
    places = _places(tmp_path, 'reader = "A"\nwait = 1\nfields = "name"', 'reader = "B"\nwait = 2', CCCD_WAIT="3.5")
    found = {each.setting.name: (each.value, each.origin, each.place) for each in resolve(places) if each.value}
    assert found == {
        "fields": ("name", Origin.USER, str(places.user)),
        "reader": ("B", Origin.FOLDER, str(places.folder)),
        "wait": (3.5, Origin.ENVIRONMENT, "CCCD_WAIT"),
    }


def test_paths_are_those_beside_the_file(tmp_path: Path) -> None:
    absolute = str(tmp_path / "other")
    places = _places(tmp_path, f"trust = ['anchors', '{absolute}']")
    assert option_defaults(resolve(places)) == {"trust": (str(tmp_path / "user" / "anchors"), absolute)}
    again = _places(tmp_path, CCCD_TRUST=os.pathsep.join(["one", "two"]))
    assert option_defaults(resolve(again)) == {"trust": ("one", "two")}


@pytest.mark.parametrize("setting", [setting for setting in SETTINGS if setting.decides_trust], ids=str)
def test_a_folder_does_not_say_whom_to_trust(setting: Any, tmp_path: Path) -> None:
    with pytest.raises(MalformedData, match="may not be set by the file of a folder"):
        resolve(_places(tmp_path, folder=f'{setting.name} = "x"'))
    value = "30" if setting.kind is Kind.DAYS else '"x"'
    assert option_defaults(resolve(_places(tmp_path / "..", user=f"{setting.name} = {value}")))


@pytest.mark.parametrize(
    "content",
    [
        "reader = 1",
        "wait = true",
        "wait = -1",
        "wait = 'x'",
        "photo_cache = 1.5",
        "photo_cache = 366",
        "photo_cache = true",
        "photo_cache = -1",
        "trust = [1]",
        "lang = 'fr'",
        "unknown = 1",
        "[reader]\nx = 1",
        "= 1",
        "x = " + "[" * 30_000,
        "# " + "x" * 70_000,
    ],
    ids=lambda content: content[:12],
)
def test_a_wrong_file_is_refused(content: str, tmp_path: Path) -> None:
    with pytest.raises(MalformedData):
        resolve(_places(tmp_path, content))


def test_a_file_that_is_no_text_or_cannot_be_read_is_refused(tmp_path: Path) -> None:
    places = _places(tmp_path)
    places.user.write_bytes(b"\xff\xfe")
    with pytest.raises(MalformedData):
        resolve(places)


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "366", "inf", "nan"])
def test_a_wrong_number_of_days_is_refused(value: str, tmp_path: Path) -> None:
    with pytest.raises(MalformedData, match="CCCD_PHOTO_CACHE"):
        resolve(_places(tmp_path, CCCD_PHOTO_CACHE=value))
    assert option_defaults(resolve(_places(tmp_path, CCCD_PHOTO_CACHE="30"))) == {"photo_cache": 30.0}


@pytest.mark.parametrize("value", ["x", "-1", "inf", "nan"])
def test_a_wrong_variable_is_refused(value: str, tmp_path: Path) -> None:
    with pytest.raises(MalformedData, match="CCCD_WAIT"):
        resolve(_places(tmp_path, CCCD_WAIT=value))


def test_the_file_of_the_user_is_where_systems_keep_such_files() -> None:
    if os.name == "nt":
        assert user_file({"APPDATA": "X"}) == Path("X", "cccd-reader", "config.toml")
    else:
        assert user_file({"XDG_CONFIG_HOME": "x"}) == Path("x", "cccd-reader", "config.toml")
        assert user_file({}) == Path.home() / ".config" / "cccd-reader" / "config.toml"


def test_every_setting_is_an_option_of_some_command() -> None:
    """A setting that no command takes would be a promise that nobody keeps."""
    options: set[str] = set()
    with main.make_context("cccd", ["--help"], resilient_parsing=True) as ctx:
        for name in main.list_commands(ctx):
            command = main.get_command(ctx, name)
            assert command is not None
            options |= {str(parameter.name) for parameter in command.params}
    assert {setting.name for setting in SETTINGS} - options == set()


# the commands


def test_config_show_tells_where_each_value_comes_from(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('reader = "Elyctis"\ntrust = "anchors"', encoding="utf-8")
    text = _run("config", "show", CCCD_CONFIG=str(file), CCCD_WAIT="4").stdout
    assert f"reader       Elyctis  [file of the user, {file}]" in text
    assert "wait         4  [variable CCCD_WAIT]" in text
    assert "policy       -  [not set]" in text
    found = json.loads(_run("config", "show", "--json", CCCD_CONFIG=str(file)).stdout)
    assert found["schema"] == "cccd-config/1"
    assert found["files"]["user"] == {"path": str(file), "exists": True}
    rows = {row["name"]: (row["value"], row["origin"]) for row in found["settings"]}
    assert rows["trust"] == ([str(tmp_path / "anchors")], "user")
    assert rows["wait"] == (None, "default")


def test_a_setting_stands_for_the_option(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('policy = "files-only"\nlang = "vi"', encoding="utf-8")
    arguments = ("verify", "--simulate", "cccd", "--access", "-", "--json", "--at", "2026-06-01")
    found = _run(*arguments, text="001090000000", CCCD_CONFIG=str(file))
    assert json.loads(found.stdout)["policy"] == "files-only"
    beaten = _run(*arguments, "--policy", "strict", text="001090000000", CCCD_CONFIG=str(file))
    assert json.loads(beaten.stdout)["policy"] == "strict"


def test_the_language_of_a_file_yields_to_the_variable_and_the_option(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('lang = "vi"', encoding="utf-8")
    variables = {"CCCD_CONFIG": str(file)}
    assert "chưa đặt" in _run("config", "show", **variables, CCCD_LANG="").stdout
    assert "not set" in _run("config", "show", **variables, CCCD_LANG="en").stdout
    assert "not set" in _run("config", "show", "--lang", "en", **variables, CCCD_LANG="").stdout


def test_a_wrong_file_ends_a_command_in_words(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("tust = 'x'", encoding="utf-8")
    found = _run("verify", "--simulate", "cccd", "--access", "-", text="001090000000", CCCD_CONFIG=str(file))
    assert found.exit_code == 4
    assert "no setting is called 'tust'" in found.stderr
    assert issubclass(MalformedData, CccdError)


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_scripts(shell: str) -> None:
    script = _run("completion", shell).stdout
    assert "_CCCD_COMPLETE" in script
    assert f"{shell}_complete" in script


def test_completion_completes_commands_and_options() -> None:
    bash = {"_CCCD_COMPLETE": "bash_complete", "COMP_CWORD": "1"}
    runner = CliRunner()
    words = runner.invoke(main, env=bash | {"COMP_WORDS": "cccd ver"}, prog_name="cccd").output
    assert "plain,verify" in words
    bash["COMP_CWORD"] = "2"
    words = runner.invoke(main, env=bash | {"COMP_WORDS": "cccd verify --pol"}, prog_name="cccd").output
    assert "plain,--policy" in words
