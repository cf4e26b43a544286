# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""`cccd completion`: the script that lets a shell complete commands and options."""

from __future__ import annotations

import click

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of SHELL.

    bash: cccd completion bash > ~/.local/share/bash-completion/completions/cccd

    zsh: cccd completion zsh > a file _cccd in a folder of $fpath

    fish: cccd completion fish > ~/.config/fish/completions/cccd.fish
    """
    from click.shell_completion import get_completion_class  # noqa: PLC0415 -- not for --help

    kind = get_completion_class(shell)
    if kind is None:  # the choice above allows no other
        raise click.UsageError(f"no completion for {shell}")
    click.echo(kind(ctx.find_root().command, {}, "cccd", "_CCCD_COMPLETE").source())
