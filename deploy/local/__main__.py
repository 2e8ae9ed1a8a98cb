"""`python -m deploy.local up|down`: the launcher's two commands without the services' own.

`milliard up` is the same; this starts two seconds sooner, since it does not import the five services to
learn their commands, and stays three times smaller as long as the platform runs.
"""

import typer

from deploy.local.cli import plug

if __name__ == "__main__":
    app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
    plug(app)
    app(prog_name="milliard")
