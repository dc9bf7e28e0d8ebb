"""What commands have in common: arguments, answers as text or JSON, progress, and silence."""
