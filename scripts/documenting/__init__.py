"""The pages of the site of docs/ that are made from the code, and what the site needs beside."""
