"""The charts of a vocoder's training."""

from ganima.gan.charts import LOSSES, MATCHING, SIGN
from ganima.pages.charts import Chart
from ganima.training.charts import RATES, SPEED

SPECTROGRAMS = Chart(
    "Spectrograms",
    "Mean distance of generated sound's mel spectrograms from the recordings', in nepers: lower is better.",
    {"mel": "distance"},
    holds=(0.0,),
)
PITCH = Chart(
    "Pitch",
    "How wrongly the pitch is read from the spectrograms: lower is better.",
    {"pitch": "loss"},
    holds=(0.0,),
)

CHARTS = (LOSSES, SIGN, SPECTROGRAMS, MATCHING, PITCH, RATES, SPEED)
