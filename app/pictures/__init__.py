"""Pictures: how they are read from files, drawn, and moved a little for training."""
