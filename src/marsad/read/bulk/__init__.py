"""Many reports: cut into slices, read by many workers, written as parts; the same bytes whoever reads."""
