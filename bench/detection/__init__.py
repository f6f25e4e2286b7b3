"""How well the reader hears, beside its peers: `python bench/detection --help`."""
