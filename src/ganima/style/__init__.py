"""Style: models adapted to few pictures, blended, and photos shown through them."""
