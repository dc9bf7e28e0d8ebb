"""What follows from sums that are told: equations with what they fix, and moves that keep them."""
