"""The charts of a training on pictures."""

from ganima.gan.charts import AUGMENTATION, CRITICS, CROSS_ENTROPY, LOGITS, LOSSES, PENALTY, SIGN
from ganima.pages.charts import Chart
from ganima.training.charts import RATES, SPEED

CHARTS = (
    LOSSES,
    LOGITS,
    CRITICS,
    CROSS_ENTROPY,
    SIGN,
    PENALTY,
    AUGMENTATION,
    RATES,
    Chart(
        "Kernel distance",
        "KID × 1000 of the average's pictures to the training pictures, in features random-v1: lower is better.",
        {"kid": "KID"},
        holds=(0.0,),
    ),
    Chart(
        "Fréchet distance",
        "The same question, asked of means and covariances only: lower is better.",
        {"frechet": "FID"},
        holds=(0.0,),
    ),
    Chart(
        "Fidelity",
        "Share of generated pictures that look like training pictures, and how many of these lie around them.",
        {"precision": "precision", "density": "density"},
        holds=(0.0, 1.0),
    ),
    Chart(
        "Variety",
        "Share of training pictures that look like generated ones, and that have one in their neighbourhood.",
        {"recall": "recall", "coverage": "coverage"},
        holds=(0.0, 1.0),
    ),
    SPEED,
)
