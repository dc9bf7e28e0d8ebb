"""The study: one boundary moved under the hand, with its figures against the option it began as."""
