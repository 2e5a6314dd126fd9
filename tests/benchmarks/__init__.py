"""How quick and how small the program is: ``python -m tests.benchmarks`` prints a table of ratios.

Every figure stands beside a reference that was measured in the same run, because bare times say more about a machine
than about a program. Nothing here is a test, apart from one that the command runs at all.
"""
