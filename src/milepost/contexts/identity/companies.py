"""What a company says of itself: in which industry it is, and at which stage."""

from enum import StrEnum


class Industry(StrEnum):
    """What a company deals in."""

    SOFTWARE = "software"
    HARDWARE = "hardware"
    HEALTH = "health"
    CLIMATE = "climate"
    FINANCE = "finance"
    EDUCATION = "education"
    COMMERCE = "commerce"
    FOOD = "food"
    MEDIA = "media"
    MOBILITY = "mobility"
    OTHER = "other"


class Stage(StrEnum):
    """How far a company is."""

    IDEATION = "ideation"
    VALIDATION = "validation"
    LAUNCH = "launch"
    GROWTH = "growth"
    SCALE = "scale"
