"""What a process is told by its environment, for every service."""

from importlib import import_module

import pytest

from shared.events.catalog import SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_told_its_roles_and_lanes(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Roles and lanes come as comma-separated names, whatever settings of its own a service adds."""
    monkeypatch.setenv(f"MILLIARD_{service.upper()}_ROLES", "lanes,relay")
    monkeypatch.setenv("MILLIARD_LANES", "75,2a")
    settings = import_module(f"services.{service}.settings").Settings()
    assert (settings.roles, settings.lanes) == (("lanes", "relay"), ("75", "2A"))
