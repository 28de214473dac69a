"""The classes of customers that nobody writes down: what each likes, and so when it buys."""

import numpy as np

from data.demo import catalogue
from data.demo.days import Array

LIKES = {  # class → industries it is found in, whether people are of it, categories it likes
    "campers": (0, True, ("Tents", "Sleeping bags", "Camping kitchen", "Outdoor clothing", "Backpacks")),
    "hikers": (0, True, ("Backpacks", "Trekking gear", "Outdoor clothing", "Camping kitchen")),
    "cyclists": (0, True, ("Bicycles", "Outdoor clothing", "Backpacks", "Trekking gear")),
    "young families": (
        1,
        True,
        ("Children's toys", "Children's clothing", "Baby care", "Board games", "Home textiles"),
    ),
    "gift givers": (1, True, ("Children's toys", "Board games", "Kitchenware", "Home textiles")),
    "home makers": (1, True, ("Kitchenware", "Home textiles", "Garden", "Lighting", "Storage")),
    "small offices": (2, True, ("Desks", "Office chairs", "Printers", "Paper and ink", "Stationery", "Lighting")),
    "office dealers": (2, False, ("Paper and ink", "Stationery", "Printers", "Storage", "Office chairs", "Desks")),
    "hotels": (3, False, ("Home textiles", "Kitchenware", "Garden", "Bicycles", "Children's toys")),
    "schools": (4, False, ("Stationery", "Paper and ink", "Children's toys", "Storage", "Printers", "Board games")),
    "clubs": (5, False, ("Tents", "Sleeping bags", "Backpacks", "Camping kitchen", "Bicycles", "Board games")),
    "generalists": (
        1,
        False,
        ("Garden", "Kitchenware", "Children's clothing", "Tents", "Outdoor clothing", "Lighting"),
    ),
}
CLASSES = tuple(LIKES)
INDUSTRY = np.array([entry[0] for entry in LIKES.values()])
"""(classes,) industry in which companies of a class work."""
OF_PEOPLE = np.array([entry[1] for entry in LIKES.values()])
"""(classes,) whether people are of it, besides companies."""
BACKGROUND = 0.12
"""How much a class buys of what it does not like, measured against what it likes least."""


def tastes() -> Array:
    """(classes, categories) share of a category in what a class buys over a year."""
    likes = np.full((len(CLASSES), len(catalogue.NAMES)), BACKGROUND)
    for number, (_, _, liked) in enumerate(LIKES.values()):
        for place, name in enumerate(liked):
            likes[number, catalogue.NAMES.index(name)] = 2.0 - 0.2 * place
    shares: Array = likes / likes.sum(axis=1, keepdims=True)
    return shares


def seasons() -> Array:
    """(classes, 12) how much more than in a mean month a class buys, by calendar month."""
    busy: Array = tastes() @ catalogue.SEASON
    return busy
