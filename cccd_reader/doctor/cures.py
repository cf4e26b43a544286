# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The cures: each with the line to type, for those systems that have one. Words for them stand in the catalogues."""

from __future__ import annotations

import shlex

from cccd_reader.doctor.findings import Cure
from cccd_reader.doctor.surroundings import Machine, Platform

_DEBIAN, _FEDORA, _LINUX = Platform.DEBIAN, Platform.FEDORA, Platform.LINUX
_WINDOWS, _MACOS = Platform.WINDOWS, Platform.MACOS
_EVERYWHERE = None

_START = "sudo systemctl enable --now pcscd.socket"
# Reading is what these two actions of pcsc-lite's policy allow; whoever may read may also use the card.
_POLKIT = (
    "echo 'polkit.addRule(function(a, s) "
    '{ if (a.id.indexOf("org.debian.pcsc-lite.") == 0 && s.user == "\'"$USER"\'") return polkit.Result.YES; });'
    "' | sudo tee /etc/polkit-1/rules.d/50-cccd-reader.rules"
)
_BAR = (
    "printf 'blacklist pn533_usb\\nblacklist pn533\\nblacklist nfc\\n' | sudo tee /etc/modprobe.d/cccd-reader.conf"
    " && sudo modprobe -r pn533_usb pn533 nfc"
)

CURES: dict[str, dict[Platform | None, str]] = {
    # the PC/SC service
    "install-pyscard": {_EVERYWHERE: "python3 -m pip install --upgrade pyscard"},
    "install-library": {
        _DEBIAN: "sudo apt install libpcsclite1 pcscd libccid",
        _FEDORA: "sudo dnf install pcsc-lite-libs pcsc-lite pcsc-lite-ccid",
    },
    "install-service": {
        _DEBIAN: f"sudo apt install pcscd libccid && {_START}",
        _FEDORA: f"sudo dnf install pcsc-lite pcsc-lite-ccid && {_START}",
    },
    "unmask-service": {_LINUX: f"sudo systemctl unmask pcscd.service pcscd.socket && {_START}"},
    "start-service": {_LINUX: _START, _WINDOWS: "sc start SCardSvr"},
    "start-daemon": {_LINUX: "sudo pcscd"},
    "replug": {},
    "restart-service": {
        _LINUX: "sudo systemctl restart pcscd.socket pcscd.service",
        _WINDOWS: "net stop SCardSvr & net start SCardSvr",
    },
    "open-socket": {_LINUX: "sudo systemctl restart pcscd.socket"},
    "allow-user": {_LINUX: _POLKIT},
    "bar-kernel-driver": {_LINUX: _BAR},
    "unload-kernel-driver": {_LINUX: "sudo modprobe -r pn533_usb pn533 nfc"},
    # readers and card
    "attach-reader": {_EVERYWHERE: "cccd readers"},
    "attach-to-wsl": {_LINUX: "usbipd.exe attach --wsl --busid BUSID"},
    "sit-at-machine": {},
    "install-driver": {
        _DEBIAN: "sudo apt install libccid && sudo systemctl restart pcscd.service",
        _FEDORA: "sudo dnf install pcsc-lite-ccid && sudo systemctl restart pcscd.service",
    },
    "contactless-reader": {},
    "lay-card": {_EVERYWHERE: "cccd doctor"},
    "lay-flat": {},
    "stop-scdaemon": {
        _EVERYWHERE: "gpgconf --kill scdaemon",
        _LINUX: "echo disable-ccid >> ~/.gnupg/scdaemon.conf; gpgconf --kill scdaemon",
    },
    "close-program": {},
    "other-reader": {},
    # what the settings name, and serial ports
    "correct-setting": {_EVERYWHERE: "cccd config show"},
    "name-reader": {_EVERYWHERE: "cccd readers"},
    "attach-port": {_EVERYWHERE: "cccd scan --list"},
    "join-group": {_LINUX: 'sudo usermod -aG {group} "$USER"'},
    "free-port": {},
    "stop-modem-manager": {_LINUX: "sudo systemctl disable --now ModemManager"},
    "wire-pn532": {},
    "attach-scanner": {_EVERYWHERE: "cccd scan --list"},
    "name-scanner": {_EVERYWHERE: "cccd scan --list"},
    # files
    "correct-file": {_EVERYWHERE: "{editor} {path}"},
    "unset-variable": {_LINUX: "unset {name}", _MACOS: "unset {name}", _WINDOWS: "set {name}="},
    "close-path": {_LINUX: "chmod {mode} {path}", _MACOS: "chmod {mode} {path}"},
    "own-folder": {
        _LINUX: 'sudo chown -R "$USER" {path} && chmod u+rwX {path}',
        _MACOS: 'sudo chown -R "$USER" {path} && chmod u+rwX {path}',
    },
    "free-disk": {_LINUX: "df -h {path}", _MACOS: "df -h {path}"},
    "bring-key": {_EVERYWHERE: "cccd watchlist list --key FILE"},
    "restore-list": {},
    # whom to believe
    "add-trust": {_EVERYWHERE: "cccd trust add CSCA.cer"},
    "replace-certificate": {_EVERYWHERE: "cccd trust remove {digits}"},
    "rebuild-store": {
        _LINUX: "mv {path} {path}.damaged",
        _MACOS: "mv {path} {path}.damaged",
        _WINDOWS: "move {path} {path}.damaged",
    },
    "correct-trust": {_EVERYWHERE: "cccd config show"},
    "ask-for-csca": {_EVERYWHERE: "cccd trust request EF.SOD"},
    "renew-lists": {_EVERYWHERE: "cccd trust audit"},
    "renew-anchors": {_EVERYWHERE: "cccd trust audit"},
    # this machine
    "set-clock": {
        _LINUX: "sudo timedatectl set-ntp true",
        _WINDOWS: "w32tm /resync",
        _MACOS: "sudo sntp -sS time.apple.com",
    },
    "set-clock-by-hand": {_LINUX: 'sudo date -s "YYYY-MM-DD HH:MM"'},
    "enlarge-terminal": {},
    "use-utf8": {_LINUX: "export LANG=C.UTF-8", _MACOS: "export LANG=en_US.UTF-8", _WINDOWS: "chcp 65001"},
    "use-tested-python": {},
    "install-libraries": {_EVERYWHERE: "{pip} install {packages}"},
    "install-image-codes": {_EVERYWHERE: "{pip} install zxing-cpp"},
    "install-pillow": {_EVERYWHERE: "{pip} install --force-reinstall pillow"},
}
"""Every cure with its lines by system; the key LINUX stands for distributions without a line of their own."""


def cure(code: str, machine: Machine, **values: str) -> Cure:
    """Return a cure with its line for this system. The values are put into the line as they are: see `typed`."""
    lines = CURES[code]
    system = machine.platform
    line = lines.get(system) or (lines.get(_LINUX) if system.is_linux else None) or lines.get(_EVERYWHERE, "")
    return Cure(code, line.format(**values) if values and line else line)


def typed(path: str, machine: Machine) -> str:
    """Return a path as a shell takes it, with ~ for the home folder left as it is."""
    if machine.platform is Platform.WINDOWS:
        return f'"{path}"' if " " in path else path
    return f"~/{shlex.quote(path[2:])}" if path.startswith("~/") and path != "~/" else shlex.quote(path)
