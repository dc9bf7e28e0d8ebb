"""What proves the tests: branches that they reach, and changes of the code that they notice."""
