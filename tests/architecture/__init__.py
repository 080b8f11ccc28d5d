"""What holds for all of Milepost at once: who sees what, what the catalog and the code may look like."""
