"""The source ``process``: what a process and its children use of the machine."""
