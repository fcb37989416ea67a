"""What customers see: the complaint in three steps, and how it goes on."""
