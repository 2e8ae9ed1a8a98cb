"""What projects can do: one function for each thing. They never commit; the request or the lane does."""
