"""Start the ledger: `python -m services.ledger.main`."""

from services.ledger.bootstrap import bootstrap
from services.ledger.settings import Settings
from shared.runtime.run import run

if __name__ == "__main__":
    run(bootstrap(Settings()))
