"""What Milepost promises about speed: each module prints a figure beside its promise."""
