"""The same platform in containers: what docker-compose.yml mounts, and how it is tried on a real engine."""
