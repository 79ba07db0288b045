"""The web: addresses are fetched politely and safely, pages become texts with the dates that they bear themselves."""
