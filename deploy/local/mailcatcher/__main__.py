"""Both servers of the mail catcher, until told to stop:

`python -m deploy.local.mailcatcher --folder FOLDER --smtp-port N --web-port M [--address 127.0.0.1]`.
"""

import argparse
import asyncio
from pathlib import Path

import uvicorn

from deploy.local.mailcatcher.mailbox import Mailbox
from deploy.local.mailcatcher.smtp import listen
from deploy.local.mailcatcher.web import application
from deploy.local.ports import LOOPBACK


async def serve(*, folder: Path, smtp_port: int, web_port: int, address: str = LOOPBACK) -> None:
    """Catch mails into `folder`, show them on the web port. Another address than loopback is a container's own."""
    mailbox = Mailbox(folder=folder)
    web = uvicorn.Server(
        uvicorn.Config(
            application(mailbox=mailbox),
            host=address,
            port=web_port,
            access_log=False,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=2,
        )
    )
    async with await listen(mailbox=mailbox, address=address, port=smtp_port):
        await web.serve()


if __name__ == "__main__":
    told = argparse.ArgumentParser()
    told.add_argument("--folder", type=Path, required=True)
    told.add_argument("--smtp-port", type=int, required=True)
    told.add_argument("--web-port", type=int, required=True)
    told.add_argument("--address", default=LOOPBACK)
    asyncio.run(serve(**vars(told.parse_args())))
