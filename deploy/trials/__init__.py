"""The platform on trial, in a home of its own that is deleted at the end: benchmarks beside their yardsticks
(`milliard bench`), and faults under load (`milliard chaos`). Real broker, real database, real processes."""
