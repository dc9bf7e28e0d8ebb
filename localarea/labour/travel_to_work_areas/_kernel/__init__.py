"""The compiled regionalisation, on flat arrays; it can resume after its trace is enlarged."""
