"""Simulated customers with a hidden fault talk to the real system; the report says how it did."""
