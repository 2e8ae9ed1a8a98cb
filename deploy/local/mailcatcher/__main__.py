"""Both servers of the mail catcher, until told to stop:

`python -m deploy.local.mailcatcher --folder FOLDER --smtp-port N --web-port M [--address 127.0.0.1] [--name mail]`.
"""

import argparse
import asyncio
from pathlib import Path

import uvicorn

from deploy.local.mailcatcher.mailbox import Mailbox
from deploy.local.mailcatcher.smtp import listen
from deploy.local.mailcatcher.web import LOCAL_NAMES, application
from deploy.local.ports import LOOPBACK


async def serve(
    *, folder: Path, smtp_port: int, web_port: int, address: str = LOOPBACK, name: str = "localhost"
) -> None:
    """Catch mails into `folder`, show them on the web port.

    Another address than loopback is a container's own; `name` is how other containers call it.
    """
    mailbox = Mailbox(folder=folder)
    web = uvicorn.Server(
        uvicorn.Config(
            application(mailbox=mailbox, names=[*LOCAL_NAMES, name]),
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
    told.add_argument("--name", default="localhost")
    asyncio.run(serve(**vars(told.parse_args())))
