# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Clock, terminal and software of this machine."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime, timedelta

from cccd_reader.doctor.cures import cure
from cccd_reader.doctor.findings import Cure, Diagnosis, Finding
from cccd_reader.doctor.surroundings import Platform, Requirement, Surroundings

CLOCK, SIZE, ENCODING = "clock", "terminal.size", "terminal.encoding"
PYTHON, LIBRARIES = "software.python", "software.libraries"
IMAGE_CODES, JPEG_2000 = "software.image-codes", "software.jpeg2000"

RELEASED = datetime(2026, 11, 1, tzinfo=UTC)
"""A day before this version was made: no right clock shows an earlier one. Each release moves it on."""
PYTHONS = (3, 11), (3, 14)
"""The first version of Python that serves, and the last that this version was made for."""

_SLACK = timedelta(days=1)
_FAR = timedelta(days=5 * 365)
_COLUMNS, _LINES = 80, 24
_NUMBER = re.compile(r"[0-9]+")


def clock(about: Surroundings) -> Finding:
    """Does the clock show a possible time? Certificates and documents are judged by it."""
    now, machine = about.now, about.machine
    earliest = max(RELEASED, about.trust.newest or RELEASED)
    by_hand = machine.platform.is_linux and not machine.systemd
    remedy = cure("set-clock-by-hand" if by_hand else "set-clock", machine)
    if now < earliest - _SLACK:
        detail = f"{now:%Y-%m-%d} < {earliest:%Y-%m-%d}"
        return Finding(CLOCK, Diagnosis.CLOCK_BEHIND, detail, remedy)
    if now > RELEASED + _FAR:
        return Finding(CLOCK, Diagnosis.CLOCK_AHEAD, f"{now:%Y-%m-%d}", remedy)
    return Finding(CLOCK, Diagnosis.CLOCK_PLAUSIBLE, f"{now:%Y-%m-%d}")


def size(about: Surroundings) -> Finding:
    """Does `cccd watch` fit into the terminal?"""
    columns, lines = about.terminal.columns, about.terminal.lines
    if columns is None or lines is None:
        return Finding(SIZE, Diagnosis.NO_TERMINAL)
    if columns < _COLUMNS or lines < _LINES:
        return Finding(SIZE, Diagnosis.TERMINAL_SMALL, f"{columns} x {lines}", cure("enlarge-terminal", about.machine))
    return Finding(SIZE, Diagnosis.TERMINAL_FITS, f"{columns} x {lines}")


def encoding(about: Surroundings) -> Finding:
    """Can Vietnamese be printed?"""
    name = about.terminal.encoding
    if name.replace("-", "").replace("_", "").lower() in ("utf8", "cp65001"):
        return Finding(ENCODING, Diagnosis.UTF8)
    return Finding(ENCODING, Diagnosis.NOT_UTF8, name, cure("use-utf8", about.machine))


def python(about: Surroundings) -> Finding:
    """Is this version made for this Python?"""
    version = about.software.python
    text = ".".join(map(str, version))
    if version > PYTHONS[1]:
        return Finding(PYTHON, Diagnosis.PYTHON_UNTESTED, text, cure("use-tested-python", about.machine))
    return Finding(PYTHON, Diagnosis.PYTHON_SUPPORTED, text)


def libraries(about: Surroundings) -> Finding:
    """Are the libraries there, and new enough?"""
    given = about.software.requirements
    if given is None:
        return Finding(LIBRARIES, Diagnosis.NOT_INSTALLED)
    unfit = [each for each in given if each.found is None or _version(each.found) < _version(each.needed)]
    if not unfit:
        return Finding(LIBRARIES, Diagnosis.LIBRARIES_FIT)
    packages = " ".join(_asked(each, about.machine.platform) for each in unfit)
    detail = ", ".join(f"{each.name} {each.found or '-'} (>= {each.needed})" for each in unfit)
    remedy = cure("install-libraries", about.machine, pip=_pip(about), packages=packages)
    return Finding(LIBRARIES, Diagnosis.LIBRARIES_UNFIT, detail, remedy)


def image_codes(about: Surroundings) -> Finding:
    """Can QR codes be read from pictures?"""
    return _part(IMAGE_CODES, about.software.image_codes, _with_pip("install-image-codes", about))


def jpeg2000(about: Surroundings) -> Finding:
    """Can photos in JPEG 2000 be shown? Vietnam's cards use JPEG."""
    return _part(JPEG_2000, about.software.jpeg2000, _with_pip("install-pillow", about))


def _part(name: str, there: bool, remedy: Cure) -> Finding:
    return Finding(name, Diagnosis.PART_THERE) if there else Finding(name, Diagnosis.PART_MISSING, "", remedy)


def _with_pip(code: str, about: Surroundings) -> Cure:
    return cure(code, about.machine, pip=_pip(about))


def _pip(about: Surroundings) -> str:
    return _PIPX if about.software.pipx else _PIP[about.machine.platform is Platform.WINDOWS]


def _asked(requirement: Requirement, platform: Platform) -> str:
    text = f"{requirement.name}>={requirement.needed}"
    return f'"{text}"' if platform is Platform.WINDOWS else shlex.quote(text)


def _version(text: str) -> tuple[int, ...]:
    """The numbers of a version before any suffix, such as 3.13 of 3.13rc1: enough to tell older from newer."""
    parts = []
    for part in text.split("."):
        number = _NUMBER.match(part)
        if number is None:
            break
        parts.append(int(number[0]))
        if number[0] != part:
            break
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


_PIPX = "pipx runpip cccd-reader"
_PIP = ("python3 -m pip", "py -m pip")
