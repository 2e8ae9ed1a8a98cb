"""Runs `milliard` as a terminal does."""

import asyncio
import sys


async def milliard(*arguments: str) -> tuple[int, str, str]:
    """The command's exit code, output and errors."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", "from shared.cli import main; main()", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode(), errors.decode()
