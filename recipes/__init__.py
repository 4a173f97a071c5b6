"""How the bundled models are made, each by `python -m recipes.NAME.…` in the project's folder."""
