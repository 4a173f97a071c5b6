"""One thread for every test: as fast on small tensors, and the same sums on every machine."""

import torch

torch.set_num_threads(1)
