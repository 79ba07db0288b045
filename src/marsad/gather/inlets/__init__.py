"""The inlets, one a kind of thing that Marsad takes in."""
