"""Writes the sample company: a distributor of goods for outdoors, families and offices, 24 months to 2026-10-31.

    python -m data.demo.sample.make

All names are invented. The same program writes the same files, so that a test can compare them.
"""

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

FOLDER = Path(__file__).parent
SEED = 20261031
FIRST, LAST = date(2024, 11, 1), date(2026, 10, 31)
DAYS = (LAST - FIRST).days + 1
CURRENCY = "EUR"

STAFF = (  # name, team, manager, region
    ("Ingrid Larsen", "Europe", None, "Europe"),
    ("Tom Becker", "Europe", "Ingrid Larsen", "Europe"),
    ("Claire Dubois", "Europe", "Ingrid Larsen", "Europe"),
    ("Marta Rossi", "Europe", "Ingrid Larsen", "Europe"),
    ("陈志远", "Asia", "Ingrid Larsen", "Asia"),
    ("林晓雯", "Asia", "陈志远", "Asia"),
    ("Kenji Mori", "Asia", "陈志远", "Asia"),
    ("Olga Petrova", "Service", "Ingrid Larsen", "Europe"),
    ("Jonas Weber", "Service", "Olga Petrova", "Europe"),
    ("赵敏", "Service", "Olga Petrova", "Asia"),
)
SELLERS = {"Europe": ("Tom Becker", "Claire Dubois", "Marta Rossi"), "Asia": ("林晓雯", "Kenji Mori")}
AGENTS = ("Olga Petrova", "Jonas Weber", "赵敏")

PLACES = (  # country, region, city, names of companies there with their industry's letter
    ("Germany", "Bavaria", "Munich", ("Alpenglück Sport/O", "Isar Bürobedarf/P", "Kinderland Huber/F")),
    ("Germany", "Hamburg", "Hamburg", ("Hansa Outdoor/O", "Elbe Office/P", "Nordlicht Spielwaren/F")),
    ("Germany", "Hesse", "Frankfurt", ("Main Papier/P", "Taunus Trekking/O")),
    ("Austria", "Tyrol", "Innsbruck", ("Bergfreund Tirol/O", "Inntal Kinderwelt/F")),
    ("Switzerland", "Zurich", "Zurich", ("Limmat Office/P", "Gipfelsturm/O")),
    ("France", "Rhône", "Lyon", ("Papeterie Bellecour/P", "Sentiers Lyonnais/O", "Petit Renard/F")),
    ("France", "Île-de-France", "Paris", ("Bureau Montparnasse/P", "La Cabane/O", "Atelier du Papier/P")),
    ("Italy", "Lombardy", "Milan", ("Ufficio Brera/P", "Dolomia Sport/O", "Piccolo Mondo/F")),
    ("Spain", "Catalonia", "Barcelona", ("Oficina Gràcia/P", "Costa Aventura/O")),
    ("Netherlands", "North Holland", "Amsterdam", ("Grachten Kantoor/P", "Polder Outdoor/O", "Kleine Beer/F")),
    ("United Kingdom", "Scotland", "Edinburgh", ("Highland Pack Co/O", "Royal Mile Stationers/P")),
    ("United Kingdom", "England", "Bristol", ("Harbour Office Supply/P", "Little Otter/F", "Moor & Fell/O")),
    ("Sweden", "Stockholm", "Stockholm", ("Fjällbutiken/O", "Kontorsgården/P", "Lilla Björn/F")),
    ("Norway", "Oslo", "Oslo", ("Nordmarka Sport/O", "Oslo Kontor/P")),
    ("中国", "上海", "上海", ("申城办公用品/P", "浦江户外/O", "小海豚亲子/F", "静安文具/P")),
    ("中国", "广东", "深圳", ("鹏城户外装备/O", "南山办公/P", "童乐园/F")),
    ("中国", "北京", "北京", ("燕山户外/O", "京华办公/P", "小北斗母婴/F")),
    ("中国", "浙江", "杭州", ("西湖文具/P", "钱塘露营/O")),
    ("中国", "四川", "成都", ("蜀山探险/O", "锦城办公/P")),
    ("Japan", "Tokyo", "Tokyo", ("Sakura Office/P", "Takao Outdoor/O", "Kodomo House/F")),
    ("Singapore", "Singapore", "Singapore", ("Merlion Supplies/P", "Little Banyan/F")),
)
ASIA = ("中国", "Japan", "Singapore")
INDUSTRIES = {"O": "Outdoor retail", "F": "Family retail", "P": "Office supply"}

PRODUCTS = (  # name, category, price, cost as a share of it
    ("Trail Tent 2", "Outdoor", 189.0, 0.55),
    ("Trail Tent 4", "Outdoor", 289.0, 0.56),
    ("Summit Sleeping Bag", "Outdoor", 129.0, 0.52),
    ("Featherlight Mat", "Outdoor", 69.0, 0.50),
    ("Ridge Backpack 45", "Outdoor", 139.0, 0.54),
    ("Ridge Backpack 65", "Outdoor", 179.0, 0.54),
    ("Camp Stove Duo", "Outdoor", 59.0, 0.48),
    ("Enamel Cook Set", "Outdoor", 44.5, 0.46),
    ("Head Torch 400", "Outdoor", 34.9, 0.42),
    ("Trekking Poles", "Outdoor", 64.0, 0.49),
    ("Insulated Bottle", "Outdoor", 24.9, 0.40),
    ("Picnic Blanket XL", "Family", 39.9, 0.45),
    ("Wooden Train Set", "Family", 54.9, 0.47),
    ("Building Blocks 200", "Family", 46.0, 0.44),
    ("Balance Bike", "Family", 89.0, 0.57),
    ("Craft Box", "Family", 29.9, 0.41),
    ("Board Game Collection", "Family", 42.0, 0.43),
    ("Kids Raincoat", "Family", 36.5, 0.46),
    ("Lunch Box Duo", "Family", 18.9, 0.38),
    ("Night Light Moon", "Family", 27.5, 0.42),
    ("Standing Desk", "Office", 449.0, 0.61),
    ("Ergo Chair", "Office", 329.0, 0.58),
    ("Desk Lamp", "Office", 59.9, 0.45),
    ("Whiteboard 120", "Office", 119.0, 0.51),
    ("Monitor Arm", "Office", 84.0, 0.50),
    ("Notebook A5 Box", "Office", 48.0, 0.39),
    ("Gel Pens 50", "Office", 32.0, 0.36),
    ("Filing Cabinet", "Office", 159.0, 0.59),
    ("Paper A4 Pallet Box", "Office", 26.5, 0.66),
    ("Cable Tray", "Office", 38.0, 0.47),
)
SEASON = {  # by month, January first
    "Outdoor": (0.6, 0.7, 1.0, 1.3, 1.5, 1.6, 1.5, 1.2, 0.9, 0.7, 0.6, 0.8),
    "Family": (0.7, 0.7, 0.8, 0.9, 0.9, 0.9, 0.9, 0.9, 1.0, 1.1, 1.7, 2.0),
    "Office": (1.3, 1.1, 1.0, 1.0, 0.9, 0.9, 0.7, 0.8, 1.3, 1.2, 1.1, 0.8),
}
SUBJECTS = (  # subject, category
    ("Parcel arrived damaged", "Delivery"),
    ("Delivery is late", "Delivery"),
    ("Wrong article delivered", "Delivery"),
    ("Invoice shows the wrong address", "Billing"),
    ("Credit note is missing", "Billing"),
    ("Part is missing in the box", "Product"),
    ("Zip broke after a week", "Product"),
    ("How is it assembled?", "Question"),
    ("订单延迟发货", "Delivery"),
    ("商品有破损", "Product"),
    ("发票抬头有误", "Billing"),
)


def make() -> dict[str, pl.DataFrame]:
    """The files of the sample by name, in the order in which they depend on each other."""
    random = np.random.default_rng(SEED)
    accounts = _accounts(random)
    weights = random.lognormal(0, 0.8, accounts.height)
    weights /= weights.sum()
    orders, lines = _orders(random, accounts, weights)
    return {
        "staff.csv": _staff(),
        "accounts.csv": accounts,
        "products.csv": _products(),
        "opportunities.csv": _deals(random, accounts, weights),
        "orders.csv": orders,
        "order_lines.csv": lines,
        "tickets.csv": _tickets(random, accounts, weights),
    }


def write(folder: Path) -> None:
    """Write the files of the sample."""
    for name, frame in make().items():
        frame.write_csv(folder / name, datetime_format="%Y-%m-%d %H:%M:%S")


def _staff() -> pl.DataFrame:
    rows = [
        (f"E{number:02}", name, f"staff{number}@pintail.example", team, manager, region)
        for number, (name, team, manager, region) in enumerate(STAFF, 1)
    ]
    return pl.DataFrame(rows, ["Employee ID", "Employee", "E-mail", "Team", "Manager", "Region"], orient="row")


def _accounts(random: np.random.Generator) -> pl.DataFrame:
    rows = []
    for country, region, city, names in PLACES:
        for name, _, letter in (entry.partition("/") for entry in names):
            number = len(rows) + 1
            team = SELLERS["Asia" if country in ASIA else "Europe"]
            owner = None if number % 20 == 0 else team[number % len(team)]
            # Two in three were customers before; of some of the rest only their first order is known.
            start = FIRST - timedelta(days=int(random.integers(30, 1800)))
            if number % 3 == 0:
                start = FIRST + timedelta(days=int(random.integers(0, DAYS - 120)))
            since = None if number % 7 == 0 else start
            size = int(random.choice([8, 15, 40, 90, 220, 600]))
            rows.append((f"A{number:03}", name, INDUSTRIES[letter], size, country, region, city, since, owner))
    columns = ["Account ID", "Account", "Industry", "Employees", "Country", "Region", "City", "Customer since", "Owner"]
    return pl.DataFrame(rows, columns, orient="row")


def _products() -> pl.DataFrame:
    rows = [
        (f"P{number:02}", _sku(number), name, category, f"{price:.2f}", f"{price * share:.2f}", CURRENCY)
        for number, (name, category, price, share) in enumerate(PRODUCTS, 1)
    ]
    columns = ["Product ID", "SKU", "Product", "Category", "List price", "Cost", "Currency"]
    return pl.DataFrame(rows, columns, orient="row")


def _sku(number: int) -> str:
    return f"{PRODUCTS[number - 1][1][:2].upper()}-{1000 + number * 7}"


def _day(random: np.random.Generator) -> date:
    """A working day, later ones likelier: the company grows by half in two years."""
    while True:
        position = int(random.integers(DAYS))
        day = FIRST + timedelta(days=position)
        if random.random() < (1 + 0.5 * position / DAYS) / 1.5 and day.weekday() < 5:
            return day


def _moment(random: np.random.Generator, day: date, first_hour: int = 6, last_hour: int = 16) -> datetime:
    seconds = int(random.integers(first_hour * 3600, last_hour * 3600))
    return datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)


def _orders(
    random: np.random.Generator, accounts: pl.DataFrame, weights: np.ndarray
) -> tuple[pl.DataFrame, pl.DataFrame]:
    orders, lines = [], []
    for moment in sorted(_moment(random, _day(random)) for _ in range(900)):
        account = accounts.row(int(random.choice(accounts.height, p=weights)), named=True)
        since = account["Customer since"]
        if since and moment.date() < since:
            account = accounts.row(len(orders) % 2, named=True)  # a customer of old buys instead
        number = f"SO-{10001 + len(orders)}"
        status = (
            "cancelled" if random.random() < 0.02 else "shipped" if moment.date() < date(2026, 10, 26) else "placed"
        )
        channel = str(random.choice(["Web", "Phone", "Sales", "Marketplace"], p=[0.5, 0.15, 0.25, 0.1]))
        orders.append((number, account["Account"], moment, channel, account["Country"], status, CURRENCY))
        lines += _lines(random, number, moment, len(lines))
    order_columns = ["Order number", "Account", "Ordered at", "Channel", "Ship country", "Status", "Currency"]
    line_columns = ["Line ID", "Order number", "SKU", "Quantity", "Unit price", "Sold at", "Currency"]
    return pl.DataFrame(orders, order_columns, orient="row"), pl.DataFrame(lines, line_columns, orient="row")


def _lines(random: np.random.Generator, number: str, moment: datetime, count_before: int) -> list[tuple[object, ...]]:
    season = np.array([SEASON[category][moment.month - 1] for _, category, _, _ in PRODUCTS])
    chosen = random.choice(len(PRODUCTS), size=int(random.integers(1, 5)), replace=False, p=season / season.sum())
    lines: list[tuple[object, ...]] = []
    for product in chosen:
        price = PRODUCTS[product][2] * float(random.choice([1.0, 0.95, 0.9]))
        most = 6 if PRODUCTS[product][2] > 100 else 24
        quantity = int(random.integers(1, most) * season[product]) + 1
        line_id = f"L{count_before + len(lines) + 1:05}"
        lines.append((line_id, number, _sku(int(product) + 1), quantity, f"{price:.2f}", moment, CURRENCY))
        back_at = moment + timedelta(days=int(random.integers(4, 30)))
        if random.random() < 0.05 and back_at.date() <= LAST:
            line_id = f"L{count_before + len(lines) + 1:05}"
            back = -int(random.integers(1, quantity + 1))
            lines.append((line_id, number, _sku(int(product) + 1), back, f"{price:.2f}", back_at, CURRENCY))
    return lines


def _deals(random: np.random.Generator, accounts: pl.DataFrame, weights: np.ndarray) -> pl.DataFrame:
    rows = []
    for begun in sorted(_day(random) for _ in range(350)):
        account = accounts.row(int(random.choice(accounts.height, p=weights)), named=True)
        owner = account["Owner"] or "Tom Becker"
        product = int(random.integers(len(PRODUCTS)))
        days = int(np.clip(random.lognormal(4.1, 0.6), 5, 300))
        expected = begun + timedelta(days=int(days * random.uniform(0.7, 1.1)) + 5)
        closed, stage, reason = _outcome(random, begun + timedelta(days=days), days)
        amount = None if random.random() < 0.03 and closed is None else f"{random.lognormal(8.6, 0.8):.2f}"
        number = len(rows) + 1
        rows.append((
            f"D{number:04}", f"{account['Account']}: {PRODUCTS[product][0]}", account["Account"],
            _sku(product + 1), owner, stage, amount, CURRENCY, begun, expected, closed, reason,
            str(random.choice(["Referral", "Trade fair", "Web", "Cold call"], p=[0.3, 0.2, 0.35, 0.15])),
        ))  # fmt: skip
    columns = ["Deal ID", "Deal", "Account", "SKU", "Owner", "Stage", "Amount", "Currency", "Start date",
               "Expected close", "Close date", "Loss reason", "Source"]  # fmt: skip
    return pl.DataFrame(rows, columns, orient="row", infer_schema_length=None)


def _outcome(random: np.random.Generator, end: date, days: int) -> tuple[date | None, str, str | None]:
    """(closing day, stage, why lost) of a deal; one that would end after the last day is still open."""
    begun = end - timedelta(days=days)
    if end > LAST or ((LAST - begun).days < 150 and random.random() < 0.15):  # some take longer than planned
        done = min(1.0, (LAST - begun).days / days)
        return None, ("Prospecting", "Engaging", "Proposal", "Negotiation")[min(3, int(4 * done))], None
    if random.random() < 0.7 - 0.0015 * days:
        return end, "Won", None
    return end, "Lost", str(random.choice(["Price", "Competitor", "No budget", "Timing"], p=[0.4, 0.25, 0.2, 0.15]))


def _tickets(random: np.random.Generator, accounts: pl.DataFrame, weights: np.ndarray) -> pl.DataFrame:
    rows = []
    for opened in sorted(_moment(random, _day(random), 5, 18) for _ in range(260)):
        account = accounts.row(int(random.choice(accounts.height, p=weights)), named=True)
        in_china = account["Country"] == "中国"
        subject, category = SUBJECTS[int(random.integers(8, 11) if in_china else random.integers(0, 8))]
        priority = str(random.choice(["low", "medium", "high", "urgent"], p=[0.25, 0.5, 0.2, 0.05]))
        pace = {"low": 60, "medium": 36, "high": 14, "urgent": 5}[priority]
        replied = opened + timedelta(minutes=int(random.lognormal(np.log(pace * 4), 0.7)))
        resolved = replied + timedelta(minutes=int(random.lognormal(np.log(pace * 60), 0.9)))
        is_late = (LAST - opened.date()).days < 45 and random.random() < 0.4
        is_solved = resolved.date() <= LAST and not is_late
        is_answered = replied.date() <= LAST and not (is_late and priority == "low")
        status = ("closed" if opened.date() < date(2026, 10, 1) else "resolved") if is_solved else (
            "pending" if is_answered else "open")  # fmt: skip
        csat = int(np.clip(round(random.normal(4.2, 0.9)), 1, 5)) if is_solved and random.random() < 0.6 else None
        owner = "赵敏" if in_china else AGENTS[int(random.integers(0, 2))]
        rows.append((
            f"T{len(rows) + 1:04}", subject, account["Account"], owner,
            str(random.choice(["Mail", "Phone", "Chat"], p=[0.55, 0.25, 0.2])), category, priority, status,
            opened, replied if is_answered else None, resolved if is_solved else None, csat,
        ))  # fmt: skip
    columns = ["Ticket ID", "Subject", "Account", "Assignee", "Channel", "Category", "Priority", "Status",
               "Opened at", "First reply at", "Resolved at", "CSAT"]  # fmt: skip
    return pl.DataFrame(rows, columns, orient="row", infer_schema_length=None)


if __name__ == "__main__":
    write(FOLDER)
