FROM python:3.11-slim-bookworm
COPY caddy /usr/bin/
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
