"""Vital signs: what says whether a Yinuo is well. Each floor declares its own; they are read where somebody asks."""
