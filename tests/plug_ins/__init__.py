"""Plug-ins as a person would drop them in; tests/test_plug_ins.py puts each where it belongs."""
