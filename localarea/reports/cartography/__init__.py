"""What every map shares, on screen and on paper: lines, colours, towns, words for pictures."""
