"""Generated corpora that know the true answer."""
