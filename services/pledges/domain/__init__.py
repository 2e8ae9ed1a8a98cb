"""The pure rules of pledges: references, bank statements and how a line finds its pledge."""
