"""The charts of every training, for the page of a run."""

from ganima.pages.charts import Chart

RATES = Chart(
    "Learning rates",
    "Adam's step size, as it was planned; it is halved after each return to a good state.",
    {"lr_generator": "generator", "lr_discriminator": "discriminator"},
    unit="×10⁻⁴",
    scale=1e4,
    holds=(0.0,),
)
SPEED = Chart(
    "Speed",
    "Real ones seen in each second of training.",
    {"examples_per_second": "speed"},
    unit="1/s",
    holds=(0.0,),
)
