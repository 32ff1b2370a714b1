"""What a run shows: traces, gradients, generation, probes of units."""
