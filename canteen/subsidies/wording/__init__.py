"""Rules, conditions, traces and faults in plain words, in the reader's language."""
