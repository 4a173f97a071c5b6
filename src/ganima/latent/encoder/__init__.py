"""The encoder: from a picture to its latent, trained on the pictures of a model."""
