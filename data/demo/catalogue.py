"""What is sold: products by category, their prices, when they are bought, and what is bought after them."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.demo.days import Array
from data.demo.text import keys, pick

CAMPING = (0.4, 0.5, 0.8, 1.1, 1.7, 2.0, 1.7, 1.1, 0.7, 0.5, 0.4, 0.6)
TRAIL = (0.6, 0.7, 0.9, 1.1, 1.4, 1.5, 1.4, 1.2, 1.0, 0.8, 0.6, 0.8)
WEAR = (0.9, 0.8, 0.9, 1.1, 1.0, 0.8, 0.7, 0.9, 1.3, 1.4, 1.2, 1.0)
WHEELS = (0.4, 0.6, 1.3, 1.6, 1.6, 1.4, 1.1, 1.0, 0.8, 0.6, 0.5, 0.9)
GIFTS = (0.6, 0.6, 0.7, 0.8, 0.8, 0.8, 0.8, 0.8, 0.9, 1.1, 1.9, 2.3)
KIDS = (0.8, 0.7, 0.9, 0.9, 0.8, 0.7, 0.8, 1.1, 1.1, 1.0, 1.5, 1.7)
HOME = (1.0, 0.9, 0.9, 1.0, 1.0, 0.9, 0.9, 0.9, 1.0, 1.1, 1.2, 1.2)
LAWN = (0.3, 0.4, 1.1, 1.8, 2.0, 1.8, 1.4, 1.0, 0.7, 0.5, 0.4, 0.4)
OFFICE = (1.5, 1.1, 1.0, 0.9, 0.9, 0.8, 0.7, 0.8, 1.5, 1.2, 1.0, 0.6)
"""By calendar month, January first; 1 is the mean of a year."""

CATEGORIES = {  # name → season, price of the cheapest and of the dearest, share of cost
    "Tents": (CAMPING, 79, 449, 0.55),
    "Sleeping bags": (CAMPING, 39, 219, 0.52),
    "Backpacks": (TRAIL, 29, 199, 0.53),
    "Trekking gear": (TRAIL, 15, 129, 0.47),
    "Camping kitchen": (CAMPING, 9, 99, 0.45),
    "Outdoor clothing": (WEAR, 25, 229, 0.48),
    "Bicycles": (WHEELS, 35, 899, 0.62),
    "Children's toys": (GIFTS, 9, 99, 0.44),
    "Children's clothing": (KIDS, 9, 69, 0.43),
    "Baby care": (HOME, 7, 329, 0.50),
    "Board games": (GIFTS, 12, 59, 0.42),
    "Home textiles": (HOME, 12, 129, 0.46),
    "Kitchenware": (HOME, 8, 149, 0.45),
    "Garden": (LAWN, 12, 299, 0.51),
    "Desks": (OFFICE, 149, 699, 0.60),
    "Office chairs": (OFFICE, 89, 499, 0.57),
    "Printers": (OFFICE, 99, 599, 0.66),
    "Paper and ink": (OFFICE, 5, 89, 0.63),
    "Stationery": (OFFICE, 3, 49, 0.38),
    "Lighting": (OFFICE, 19, 149, 0.46),
    "Storage": (OFFICE, 25, 389, 0.58),
}
MADE = {  # category → names of its products, series in which each is made
    "Tents": ("Dome Tent/Tunnel Tent/Family Tent/Trekking Tent/Tarp", "Trail/Basecamp"),
    "Sleeping bags": ("Summer Bag/Three-Season Bag/Down Bag/Sleeping Mat/Travel Liner", "Trail/Nordic"),
    "Backpacks": ("Daypack 20/Backpack 35/Backpack 45/Backpack 65/Hip Bag", "Ridge/Summit"),
    "Trekking gear": ("Trekking Poles/Head Torch/Water Filter/Compass/Gaiters", "Ridge/Fjord"),
    "Camping kitchen": ("Gas Stove/Cook Set/Insulated Bottle/Cool Box/Cutlery Set", "Camp/Ember"),
    "Outdoor clothing": ("Rain Jacket/Fleece/Softshell/Hiking Trousers/Merino Shirt", "Ridge/Weather"),
    "Bicycles": ("City Bike/Trekking Bike/Bike Trailer/Helmet/Pannier Set", "Tour/Urban"),
    "Children's toys": ("Building Blocks/Wooden Train/Plush Bear/Craft Box/Play Kitchen", "Little Otter/Bright"),
    "Children's clothing": ("Rain Suit/Winter Jacket/T-Shirt Set/Wool Hat/Play Trousers", "Little Otter/Puddle"),
    "Baby care": ("Stroller/Carrier/Nappy Bag/Bottle Set/Night Light", "Moon/Nest"),
    "Board games": ("Strategy Game/Family Game/Card Game/Puzzle 1000/Travel Game", "Evening/Classic"),
    "Home textiles": ("Duvet/Blanket/Towel Set/Cushion/Bed Linen", "Hearth/Linen"),
    "Kitchenware": ("Pan Set/Knife Set/Lunch Box/Kettle/Baking Set", "Hearth/Steel"),
    "Garden": ("Garden Chair/Picnic Blanket/Hammock/Planter/Parasol", "Meadow/Terrace"),
    "Desks": ("Standing Desk/Desk 140/Corner Desk/Bench Desk/Desk Frame", "Form/Lift"),
    "Office chairs": ("Task Chair/Ergo Chair/Visitor Chair/Stool/Executive Chair", "Form/Balance"),
    "Printers": ("Ink Printer/Laser Printer/Label Printer/Scanner/Multifunction", "Pro/Compact"),
    "Paper and ink": ("Copy Paper Box/Toner/Ink Set/Label Roll/Recycled Paper", "Pro/Green"),
    "Stationery": ("Notebook Box/Gel Pens 50/Folder Set/Sticky Notes/Whiteboard Markers", "Daily/Studio"),
    "Lighting": ("Desk Lamp/Floor Lamp/Clip Lamp/Panel Light/Task Light", "Clear/Beam"),
    "Storage": ("Filing Cabinet/Shelf/Locker/Mobile Pedestal/Archive Boxes", "Form/Steel"),
}
NAMES = tuple(CATEGORIES)
SEASON = np.array([entry[0] for entry in CATEGORIES.values()], float)
SEASON /= SEASON.mean(axis=1, keepdims=True)
"""(categories, 12) how much more than in a mean month is bought."""

EACH = 10
"""Products of a category."""
POPULARITY = 1 / np.arange(1, EACH + 1) ** 0.8
POPULARITY /= POPULARITY.sum()
"""(EACH,) how likely each product of a category is."""

FOLLOW_DAYS = 90
PAIRS = (  # what is bought, what follows, how many times as likely it becomes
    ("Children's toys", "Children's clothing", 2.5),
    ("Tents", "Sleeping bags", 2.2),
    ("Backpacks", "Trekking gear", 1.8),
    ("Desks", "Office chairs", 2.0),
    ("Printers", "Paper and ink", 2.0),
    ("Bicycles", "Outdoor clothing", 1.6),
)
"""No category stands on both sides, so that nothing follows from what followed."""

PRICE_RISE = 0.03
"""By how much prices rise each January."""


@dataclass(frozen=True)
class Catalogue:
    """The products, by position."""

    category: Array
    """(products,) position in NAMES."""
    cents: Array
    """(products,) list price of today, in cents."""
    cost: Array
    """(products,) cost of today, in cents."""
    name: tuple[str, ...]
    sku: pl.Series


def stock() -> Catalogue:
    """The same products for every plan: people look for them by name."""
    names, cents, costs = [], [], []
    for (_, low, high, share), (nouns, series) in zip(CATEGORIES.values(), MADE.values(), strict=True):
        kinds = [f"{made} {noun}" for made in series.split("/") for noun in nouns.split("/")]
        steps = np.geomspace(low, high, EACH)[np.array([4, 2, 6, 1, 5, 3, 8, 0, 7, 9])]
        prices = [round(price) * 100 - (10 if price < 100 else 0) for price in steps]
        names += kinds
        cents += prices
        costs += [round(price * share) for price in prices]
    category = np.repeat(np.arange(len(NAMES)), EACH)
    letters = ["".join(word[0] for word in name.split())[:2].upper().ljust(2, name[1].upper()) for name in NAMES]
    numbers = keys("", 1000 + np.arange(len(names)) * 7 % 9000, 4)
    sku = pick(letters, category) + numbers
    return Catalogue(category, np.array(cents, np.int32), np.array(costs, np.int32), tuple(names), sku)


def products_file(catalogue: Catalogue) -> pl.DataFrame:
    """Grain: product."""
    count = len(catalogue.name)
    return pl.DataFrame({
        "Product ID": keys("P", np.arange(1, count + 1), 4),
        "SKU": catalogue.sku,
        "Product": catalogue.name,
        "Category": pick(NAMES, catalogue.category),
        "List price": pl.Series(catalogue.cents / 100),
        "Cost": pl.Series(catalogue.cost / 100),
        "Currency": ["EUR"] * count,
        "Active": pl.Series(["no" if number % 41 == 40 else "yes" for number in range(count)]),
    })  # fmt: skip
