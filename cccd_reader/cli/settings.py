# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""What a branch sets once: the user's file, then the folder's, then the environment, then the options of a command.

A file is TOML, with the names of `SETTINGS` as keys. The later source wins, setting by setting, and every value knows
where it came from. Whom to trust, and by which policy, no folder's file may say: whoever can put a file into a folder
would otherwise decide what counts as genuine.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from cccd_reader.errors import CccdError, MalformedData
from cccd_reader.messages.catalogue import LANGUAGES
from cccd_reader.storage.files import config_folder

LANG = "lang"
FOLDER_FILE, USER_FILE = "cccd.toml", "config.toml"
FILE_VARIABLE = "CCCD_CONFIG"
MAX_BYTES = 1 << 16
_MAX_DAYS = 365

Value: TypeAlias = str | float | tuple[str, ...]


class Kind(StrEnum):
    """What a setting holds."""

    TEXT = "text"
    SECONDS = "seconds"
    DAYS = "days"
    PATH = "path"
    PATHS = "paths"


class Origin(StrEnum):
    """Where a value comes from, the weakest first; an option of the command is stronger than all."""

    DEFAULT = "default"
    USER = "user"
    FOLDER = "folder"
    ENVIRONMENT = "environment"


@dataclass(frozen=True)
class Setting:
    """One thing that can be set. `name` is the key of a file and, with dashes, the option of a command."""

    name: str
    kind: Kind
    help: str
    decides_trust: bool = False
    """True for what whoever can put a file into a folder must not decide: whom to trust, and that photos are kept."""

    @property
    def variable(self) -> str:
        """The variable of the environment."""
        return f"CCCD_{self.name.upper()}"


SETTINGS = (
    Setting(LANG, Kind.TEXT, "language: vi or en"),
    Setting("reader", Kind.TEXT, "reader, or a part of its name, or serial:PORT"),
    Setting("wait", Kind.SECONDS, "seconds to wait for a card"),
    Setting("fields", Kind.TEXT, "fields to show, separated by commas"),
    Setting("scanner", Kind.TEXT, "scanner: serial:PORT or keyboard"),
    Setting("clear_after", Kind.SECONDS, "seconds after which the counter's screen is cleared"),
    Setting("save_to", Kind.PATH, "folder for what the counter keeps when it is asked to"),
    Setting("watchlist_key", Kind.PATH, "file of the watch list's key, where it is kept elsewhere"),
    Setting("cache", Kind.TEXT, "on or off: remember how each model of reader is read fastest"),
    Setting("photo_cache", Kind.DAYS, "days to keep photos of accepted cards; 0 keeps none", decides_trust=True),
    Setting("trust", Kind.PATHS, "stores, folders, certificates or master lists to trust", decides_trust=True),
    Setting("policy", Kind.TEXT, "default, strict, files-only, or a TOML file", decides_trust=True),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True)
class Chosen:
    """A setting with its value, None where nothing sets it, and where that stands: a file, a variable, or nowhere."""

    setting: Setting
    value: Value | None
    origin: Origin = Origin.DEFAULT
    place: str = ""


@dataclass(frozen=True)
class Places:
    """Where settings are looked for."""

    user: Path
    folder: Path
    environment: Mapping[str, str]

    @classmethod
    def here(cls) -> Places:
        """Return those of this process: CCCD_CONFIG names another file of the user."""
        given = os.environ.get(FILE_VARIABLE)
        return cls(Path(given) if given else user_file(os.environ), Path.cwd() / FOLDER_FILE, os.environ)


def user_file(environment: Mapping[str, str]) -> Path:
    """Return where the user's file lies."""
    return config_folder(environment) / USER_FILE


def resolve(places: Places) -> tuple[Chosen, ...]:
    """Return every setting once, with the value that holds.

    Raises `MalformedData` for a file that is no TOML, has an unknown key, a value of the wrong kind, or decides about
    trust where it may not.
    """
    chosen = {setting.name: Chosen(setting, None) for setting in SETTINGS}
    for path, origin in ((places.user, Origin.USER), (places.folder, Origin.FOLDER)):
        for name, value in _file(path, origin).items():
            chosen[name] = Chosen(_BY_NAME[name], value, origin, str(path))
    for setting in SETTINGS:
        given = places.environment.get(setting.variable)
        if given:
            value = _of_text(setting, given)
            chosen[setting.name] = Chosen(setting, value, Origin.ENVIRONMENT, setting.variable)
    return tuple(chosen.values())


def option_defaults(chosen: tuple[Chosen, ...]) -> dict[str, Value]:
    """Return the values that are set, by the names of the options that they stand for."""
    return {each.setting.name: each.value for each in chosen if each.value is not None and each.setting.name != LANG}


def language_set(chosen: tuple[Chosen, ...]) -> str | None:
    """Return the language that a file sets; that of the environment is looked for where the system's is."""
    files = (Origin.USER, Origin.FOLDER)
    found = (each.value for each in chosen if each.setting.name == LANG and each.origin in files)
    return next((str(value) for value in found), None)


def _file(path: Path, origin: Origin) -> dict[str, Value]:
    try:
        raw = path.read_bytes() if path.is_file() else b""
    except OSError as error:
        raise CccdError(f"the settings cannot be read: {error.strerror}", "Check the file and its rights.") from error
    if not raw:
        return {}
    import tomllib  # noqa: PLC0415 -- only where there is a file

    if len(raw) > MAX_BYTES:
        raise MalformedData(f"larger than {MAX_BYTES} bytes", _where(path))
    try:
        data = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedData("it is no TOML file", _where(path)) from error
    return {name: _checked(name, value, path, origin) for name, value in data.items()}


def _checked(name: str, value: object, path: Path, origin: Origin) -> Value:
    setting = _BY_NAME.get(name)
    if setting is None:
        known = ", ".join(_BY_NAME)
        raise MalformedData(f"no setting is called '{name[:40]}'; there are: {known}", _where(path))
    if setting.decides_trust and origin is Origin.FOLDER:
        hint = "Set it in the file of the user (cccd config show names it), in the environment, or as an option."
        raise MalformedData(f"'{name}' may not be set by the file of a folder", _where(path), hint)
    if setting.name == LANG and value not in LANGUAGES:
        raise MalformedData(f"'{name}' is none of {', '.join(LANGUAGES)}", _where(path))
    if setting.kind is Kind.TEXT and isinstance(value, str):
        return value
    if setting.kind is Kind.SECONDS and isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return float(value)
    if setting.kind is Kind.DAYS and type(value) is int and 0 <= value <= _MAX_DAYS:
        return float(value)
    if setting.kind is Kind.PATH and isinstance(value, str):
        return str(path.parent / Path(value).expanduser())
    if setting.kind is Kind.PATHS:
        values = [value] if isinstance(value, str) else value
        if isinstance(values, list) and all(isinstance(each, str) for each in values):
            return tuple(str(path.parent / Path(each).expanduser()) for each in values)
    raise MalformedData(f"'{name}' is not of the kind {setting.kind.value}", _where(path))


def _of_text(setting: Setting, text: str) -> Value:
    if setting.kind is Kind.PATHS:
        return tuple(part for part in text.split(os.pathsep) if part)
    if setting.kind in (Kind.TEXT, Kind.PATH):
        return text
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if setting.kind is Kind.DAYS and not (0 <= seconds <= _MAX_DAYS and seconds.is_integer()):
        raise MalformedData("a number of days is expected", setting.variable)
    if not 0 <= seconds < float("inf"):
        raise MalformedData("a number of seconds is expected", setting.variable)
    return seconds


def _where(path: Path) -> str:
    return f"settings {path.name}"
