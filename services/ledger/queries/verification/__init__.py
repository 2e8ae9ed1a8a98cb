"""What is kept beside the journal must be what the journal says: one module for each thing that is kept.

Each check adds one sentence for each difference.
"""
