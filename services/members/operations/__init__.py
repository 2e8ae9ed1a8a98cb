"""What members can do: one function for each thing, in the transaction of the edge that calls it."""
