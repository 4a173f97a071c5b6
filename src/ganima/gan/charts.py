"""The charts of adversarial trainings, for the page of a run."""

import math

from ganima.pages.charts import Chart

LOSSES = Chart(
    "Losses",
    "The two networks play against each other: what counts is that neither runs away.",
    {"loss_d": "discriminator", "loss_g": "generator"},
    holds=(0.0,),
)
LOGITS = Chart(
    "Logits",
    "The discriminator's verdict on real and on generated pictures; the gap is how well it tells them apart.",
    {"real_logit": "real", "fake_logit": "generated"},
)
CROSS_ENTROPY = Chart(
    "Cross-entropy",
    "The discriminator's loss on either kind of picture; 0.69 is the toss of a coin.",
    {"real_loss": "real", "fake_loss": "generated"},
    holds=(0.0,),
    level=math.log(2),
)
SIGN = Chart(
    "Sign",
    "How surely the discriminator knows the real ones: 0 is guessing, 1 is always right.",
    {"sign": "mean sign"},
    holds=(0.0, 1.0),
)
PENALTY = Chart(
    "Penalty share",
    "The gradient penalty's part of the discriminator's whole loss.",
    {"penalty_share": "penalty"},
    unit="%",
    scale=100,
    holds=(0.0,),
)
CRITICS = Chart(
    "Critics",
    "What heads on frozen networks say of real and of generated pictures; the gap is how well they tell them apart.",
    {"critics_real_logit": "real", "critics_fake_logit": "generated"},
)
AUGMENTATION = Chart(
    "Augmentation strength",
    "How often a picture is augmented; more is needed when the discriminator learns the pictures by heart.",
    {"strength": "strength"},
    unit="%",
    scale=100,
    holds=(0.0,),
)
MATCHING = Chart(
    "Feature matching",
    "How far apart the discriminators' features of generated sound and of recordings are, as a share of these.",
    {"matching": "distance"},
    holds=(0.0,),
)
