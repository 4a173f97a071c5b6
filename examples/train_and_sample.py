"""A model of a folder of pictures, and samples of it: python examples/train_and_sample.py FOLDER OUT [MINUTES]"""

import sys

import ganima

folder, out = sys.argv[1:3]
minutes = float(sys.argv[3]) if len(sys.argv) > 3 else 60.0

# The same call again continues.
ganima.train(folder, f"{out}/run", minutes=minutes)

ganima.sample(f"{out}/run", f"{out}/samples", count=16, truncation=0.8, grid=True)
print(f"see {out}/run/report.html and {out}/samples/grid.png")
