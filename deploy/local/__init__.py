"""The whole platform on one machine, without root and without Docker.

`milliard up` starts a broker, a database, a gateway, a mail catcher and the five services as separate
processes, watches over them, and stops them together. The broker and the database can also be started
alone: the tests do.
"""
