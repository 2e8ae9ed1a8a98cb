"""Benchmarks: each runs the work and its yardstick in the same run, alternating, and compares their medians.

A machine has good and bad minutes; a ratio of two things measured in the same minutes means the same elsewhere.
"""
