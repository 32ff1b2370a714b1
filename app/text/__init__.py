"""How texts are split, looked up and made up."""
