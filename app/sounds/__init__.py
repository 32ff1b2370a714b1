"""Sounds: how they are read from files, brought to one rate, and heard in bands of pitch."""
