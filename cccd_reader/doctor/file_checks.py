# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Settings, folders, rights and the watch list's key."""

from __future__ import annotations

from cccd_reader.doctor.cures import cure, typed
from cccd_reader.doctor.findings import Diagnosis, Finding
from cccd_reader.doctor.surroundings import Platform, Surroundings, WatchListState

SETTINGS, RIGHTS, FOLDERS, WATCH_LIST = "settings.file", "files.rights", "files.folders", "watchlist.key"

ENOUGH = 64 << 20
"""Bytes that a disk must have left."""


def settings(about: Surroundings) -> Finding:
    """Can the files of settings be used?"""
    facts, machine = about.settings, about.machine
    if facts.variable:
        remedy = cure("unset-variable", machine, name=facts.variable)
        return Finding(SETTINGS, Diagnosis.SETTINGS_BROKEN, facts.problem, remedy)
    if facts.problem:
        editor = "notepad" if machine.platform is Platform.WINDOWS else "nano"
        path = typed(facts.files[0] if facts.files else "FILE", machine)
        remedy = cure("correct-file", machine, editor=editor, path=path)
        return Finding(SETTINGS, Diagnosis.SETTINGS_BROKEN, facts.problem, remedy)
    if not facts.files:
        return Finding(SETTINGS, Diagnosis.NO_SETTINGS)
    return Finding(SETTINGS, Diagnosis.SETTINGS_VALID, ", ".join(facts.files))


def rights(about: Surroundings) -> Finding:
    """May others read or change what is kept? Who can change the store decides what is genuine."""
    writable = [each for each in about.files.open_paths if each.writable]
    found = writable or list(about.files.open_paths)
    if not found:
        return Finding(RIGHTS, Diagnosis.FILES_PRIVATE)
    paths = " ".join(typed(each.path, about.machine) for each in found)
    remedy = cure("close-path", about.machine, mode="go-w" if writable else "go-rwx", path=paths)
    diagnosis = Diagnosis.FILES_WRITABLE if writable else Diagnosis.FILES_READABLE
    return Finding(RIGHTS, diagnosis, ", ".join(each.path for each in found), remedy)


def folders(about: Surroundings) -> Finding:
    """Can what is to be kept be written?"""
    given, machine = about.files.folders, about.machine
    closed = next((each for each in given if not each.writable), None)
    if closed is not None:
        remedy = cure("own-folder", machine, path=typed(closed.path, machine))
        return Finding(FOLDERS, Diagnosis.FOLDER_NOT_WRITABLE, closed.path, remedy)
    full = next((each for each in given if each.free is not None and each.free < ENOUGH), None)
    if full is not None:
        remedy = cure("free-disk", machine, path=typed(full.path, machine))
        return Finding(FOLDERS, Diagnosis.DISK_FULL, full.path, remedy)
    return Finding(FOLDERS, Diagnosis.FOLDERS_WRITABLE, ", ".join(each.path for each in given))


def watch_list(about: Surroundings) -> Finding:
    """Does the watch list open with its key?"""
    facts, machine = about.files.watch_list, about.machine
    if facts.state is WatchListState.NO_KEY:
        return Finding(WATCH_LIST, Diagnosis.KEY_MISSING, facts.key, cure("bring-key", machine))
    if facts.state is WatchListState.KEY_OPEN:
        remedy = cure("close-path", machine, mode="600", path=typed(facts.key, machine))
        return Finding(WATCH_LIST, Diagnosis.KEY_OPEN, facts.key, remedy)
    if facts.state is WatchListState.DAMAGED:
        return Finding(WATCH_LIST, Diagnosis.WATCH_LIST_DAMAGED, facts.key, cure("restore-list", machine))
    opens = facts.state is WatchListState.OPENS
    return Finding(WATCH_LIST, Diagnosis.WATCH_LIST_OPENS if opens else Diagnosis.NO_WATCH_LIST)
