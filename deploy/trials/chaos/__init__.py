"""Faults under load (`milliard chaos`): programs die, the bus and the database are mistreated, and money is counted.

A seed says what the bank files hold and which faults come in which order, so that every total is known beforehand
and a run can be repeated; when exactly each fault meets the load is left to the machine.
"""
