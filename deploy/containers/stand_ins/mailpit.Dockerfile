FROM python:3.11-slim-bookworm AS library
RUN python3 -m venv /pip && /pip/bin/pip install --quiet --no-cache-dir --target /library "aiosmtpd>=1.4"
FROM milliard/shared
COPY --from=library /library /library
COPY deploy /catcher/deploy
ENV PYTHONPATH=/catcher:/library
CMD ["python", "-m", "deploy.local.mailcatcher", "--address", "0.0.0.0", "--folder", "/tmp/mails", \
     "--smtp-port", "1025", "--web-port", "8025", "--name", "mail"]
HEALTHCHECK NONE
