"""The tablets: enrolled by a one-time code, known by a bearer token, trusted for a lease."""
