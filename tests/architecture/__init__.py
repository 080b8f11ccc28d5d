"""What holds for all of Milepost at once: who sees what; how catalog and code may look."""
