"""The commands, one file a verb. Only click is imported at the top of each: the rest when it runs."""
