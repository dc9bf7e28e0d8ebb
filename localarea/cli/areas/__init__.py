"""The command `localarea ttwa`: areas of your flows, how firm they are, and the official ones."""
