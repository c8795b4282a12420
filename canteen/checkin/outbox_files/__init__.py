"""An exported outbox taken in again, when a tablet can no longer send it itself: the same check-in, marked "from file"."""
