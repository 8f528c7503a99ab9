"""A Linux of its own in an emulated PC: ports and a whole sale on the drivers that a rack has.

`python -m kernel_bench`, or `make kernel-bench`; docs/kernel-bench.md says what it needs and shows.
"""
