"""The decisions room: what was put forward, who approved it, and a record that shows any edit."""
