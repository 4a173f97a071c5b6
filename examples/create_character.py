"""A character in a folder of its own: python examples/create_character.py [OUT]"""

import sys

import ganima

out = sys.argv[1] if len(sys.argv) > 1 else "out/ada"
made = ganima.create(out, name="Ada", seed=7)
print(f"{made.name}: open {made.page}")
