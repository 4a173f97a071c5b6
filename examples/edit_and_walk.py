"""A character laughs, and the way there is a film: python examples/edit_and_walk.py CHARACTER OUT"""

import sys

import ganima

character, out = sys.argv[1:3]

print("sliders:", ", ".join(ganima.edit(character).sliders))
latent = ganima.edit(character, out=f"{out}/laughing.png", settings={"smile": 1.5, "age": -1})

# Beside each picture lies its latent, which every function takes again.
ganima.walk([character, latent], f"{out}/walk.webp", loop=True, seconds=3)
