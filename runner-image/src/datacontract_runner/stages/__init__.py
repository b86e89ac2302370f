"""The five stages of a run, one file each, and what they are given."""
