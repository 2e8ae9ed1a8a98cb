"""What operators look at: Grafana's dashboards as code, and what collector and Prometheus are told."""
