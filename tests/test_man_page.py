# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The manual page says what the commands say."""

from __future__ import annotations

import click

from cccd_reader.cli import main
from tests.support.man_page import PAGE, man_page


def test_the_manual_page_is_that_of_these_commands() -> None:
    assert PAGE.read_text(encoding="utf-8") == man_page(), "run make pages"


def test_every_command_and_option_is_in_it() -> None:
    page = man_page().replace("\\-", "-")
    with click.Context(main, info_name="cccd") as ctx:
        for name in main.list_commands(ctx):
            assert f".SS cccd {name}" in page
            command = main.get_command(ctx, name)
            assert command is not None
            for parameter in command.params:
                if isinstance(parameter, click.Option) and not parameter.hidden:
                    assert parameter.opts[0] in page, (name, parameter.opts)
