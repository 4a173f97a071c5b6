"""The charts of a converter's training."""

from ganima.gan.charts import LOSSES, MATCHING, SIGN
from ganima.pages.charts import Chart
from ganima.speech.acoustic.charts import SPECTROGRAMS
from ganima.training.charts import RATES, SPEED

CONVERSION = Chart(
    "Conversion",
    "How far a converted voice is from the one it was to become, and its words from those that were said.",
    {"style": "voice", "content": "words"},
    holds=(0.0,),
)

CHARTS = (LOSSES, SIGN, SPECTROGRAMS, MATCHING, CONVERSION, RATES, SPEED)
