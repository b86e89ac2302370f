"""What to do: pure functions from views and a clock to actions and the wanted status; no side effects."""
