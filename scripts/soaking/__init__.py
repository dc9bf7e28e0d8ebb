"""A served instance under mixed load for as long as one likes, while its database restarts."""
