"""The charts of an acoustic model's training."""

from ganima.gan.charts import LOSSES, MATCHING, SIGN
from ganima.pages.charts import Chart
from ganima.training.charts import RATES, SPEED

SPECTROGRAMS = Chart(
    "Spectrograms",
    "Mean distance of the spectrograms that are made from the recordings', in nepers: lower is better.",
    {"mel": "distance"},
    holds=(0.0,),
)
DURATIONS = Chart(
    "Durations",
    "Squared error of the logarithm of each phoneme's duration: lower is better.",
    {"duration": "error"},
    holds=(0.0,),
)
PROSODY = Chart(
    "Pitch and energy",
    "Squared error of what is predicted for each phoneme, in the voice's deviations: 1 is knowing nothing.",
    {"pitch": "pitch", "energy": "energy"},
    holds=(0.0,),
)

CHARTS = (LOSSES, SIGN, SPECTROGRAMS, MATCHING, DURATIONS, PROSODY, RATES, SPEED)
