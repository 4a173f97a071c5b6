"""The charts of a training on short sounds, which are pictures of sound to it."""

from ganima.gan.charts import AUGMENTATION, CROSS_ENTROPY, LOGITS, LOSSES, PENALTY, SIGN
from ganima.training.charts import RATES, SPEED

CHARTS = (LOSSES, LOGITS, CROSS_ENTROPY, SIGN, PENALTY, AUGMENTATION, RATES, SPEED)
