FROM python:3.11-slim-bookworm
COPY nats-server /usr/local/bin/
ENTRYPOINT ["nats-server"]
