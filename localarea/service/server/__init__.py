"""Processes that listen and answer: one parent, workers that share its memory, slow clients."""
