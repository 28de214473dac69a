"""Who works at the demo company, and how well."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.demo.days import Array
from data.demo.settings import Plan
from data.demo.text import keys

SALES_TEAMS = ("Sales Germany", "Sales UK", "Sales US", "Sales China")
"""By country, in the order of the countries."""
SERVICE_TEAMS = ("Service Europe", "Service Asia")
TEAM_SKILL = {"Sales Germany": 1.25, "Sales UK": 1.0, "Sales US": 0.75, "Sales China": 1.1}
"""By how much the odds of winning are multiplied in a team."""
TEAM_SPEED = {"Service Europe": 1.0, "Service Asia": 0.8}
"""By how much the time of an answer is multiplied in a team."""

STAFF = (  # name, how it is written in an address, team, region; the first of a team leads it
    ("Helena Brandt", "helena.brandt", "Management", "Europe"),
    ("Ingrid Larsen", "ingrid.larsen", "Sales Germany", "Europe"),
    ("Tom Becker", "tom.becker", "Sales Germany", "Europe"),
    ("Katja Sommer", "katja.sommer", "Sales Germany", "Europe"),
    ("Lukas Adler", "lukas.adler", "Sales Germany", "Europe"),
    ("Miriam Vogt", "miriam.vogt", "Sales Germany", "Europe"),
    ("Jens Petersen", "jens.petersen", "Sales Germany", "Europe"),
    ("Sabine Kurz", "sabine.kurz", "Sales Germany", "Europe"),
    ("Oliver Grant", "oliver.grant", "Sales UK", "Europe"),
    ("Priya Nair", "priya.nair", "Sales UK", "Europe"),
    ("Gareth Pugh", "gareth.pugh", "Sales UK", "Europe"),
    ("Hannah Whitlock", "hannah.whitlock", "Sales UK", "Europe"),
    ("Callum Reid", "callum.reid", "Sales UK", "Europe"),
    ("Zara Ahmed", "zara.ahmed", "Sales UK", "Europe"),
    ("Denise Holloway", "denise.holloway", "Sales US", "America"),
    ("Marcus Bell", "marcus.bell", "Sales US", "America"),
    ("Elena Ruiz", "elena.ruiz", "Sales US", "America"),
    ("Tyler Brooks", "tyler.brooks", "Sales US", "America"),
    ("Nora Lindqvist", "nora.lindqvist", "Sales US", "America"),
    ("陈志远", "zhiyuan.chen", "Sales China", "Asia"),
    ("林晓雯", "xiaowen.lin", "Sales China", "Asia"),
    ("王海涛", "haitao.wang", "Sales China", "Asia"),
    ("周雨涵", "yuhan.zhou", "Sales China", "Asia"),
    ("黄嘉宁", "jianing.huang", "Sales China", "Asia"),
    ("徐明辉", "minghui.xu", "Sales China", "Asia"),
    ("吴思琳", "silin.wu", "Sales China", "Asia"),
    ("刘建华", "jianhua.liu", "Sales China", "Asia"),
    ("Olga Petrova", "olga.petrova", "Service Europe", "Europe"),
    ("Jonas Weber", "jonas.weber", "Service Europe", "Europe"),
    ("Aoife Byrne", "aoife.byrne", "Service Europe", "Europe"),
    ("Matteo Conti", "matteo.conti", "Service Europe", "Europe"),
    ("Femke Jansen", "femke.jansen", "Service Europe", "Europe"),
    ("赵敏", "min.zhao", "Service Asia", "Asia"),
    ("孙浩然", "haoran.sun", "Service Asia", "Asia"),
    ("郑佳怡", "jiayi.zheng", "Service Asia", "Asia"),
    ("何文静", "wenjing.he", "Service Asia", "Asia"),
    ("Claire Dubois", "claire.dubois", "Marketing", "Europe"),
    ("Ravi Menon", "ravi.menon", "Marketing", "Europe"),
    ("Sophie Keller", "sophie.keller", "Marketing", "Europe"),
    ("唐雅婷", "yating.tang", "Marketing", "Asia"),
)
TEAMS = tuple(dict.fromkeys(team for _, _, team, _ in STAFF))


@dataclass(frozen=True)
class Staff:
    """The people who work, by their position in STAFF."""

    skill: Array
    """(staff,) by how much someone's odds of winning a deal are multiplied, team included; 1 where nobody sells."""
    diligence: Array
    """(staff,) by how much someone's contacts with customers are multiplied."""
    speed: Array
    """(staff,) by how much someone's hours to solve a ticket are multiplied, team included."""

    def of(self, team: str) -> Array:
        """The positions of a team's people."""
        return np.array([position for position, entry in enumerate(STAFF) if entry[2] == team])


def hire(plan: Plan) -> Staff:
    """Draw how well each works: spread evenly within a team, in an order that the seed decides."""
    random = plan.random("staff")
    skill, diligence, speed = (np.ones(len(STAFF)) for _ in range(3))
    for team in TEAMS:
        people = np.array([position for position, entry in enumerate(STAFF) if entry[2] == team])
        if team in SALES_TEAMS:
            skill[people] = TEAM_SKILL[team] * _spread(random, len(people), 1.9)
            diligence[people] = _spread(random, len(people), 1.6)
        if team in SERVICE_TEAMS:
            speed[people] = TEAM_SPEED[team] * _spread(random, len(people), 1.7)
    return Staff(skill, diligence, speed)


def _spread(random: np.random.Generator, count: int, most: float) -> Array:
    """Factors from 1 / most to most, evenly spread on the scale of logarithms, in random order."""
    factors: Array = np.exp(random.permutation(np.linspace(-np.log(most), np.log(most), count)))
    return factors


def staff_file() -> pl.DataFrame:
    """Grain: a person who works here."""
    leader = {team: next(name for name, _, of, _ in STAFF if of == team) for team in TEAMS}
    boss = STAFF[0][0]
    return pl.DataFrame({
        "Employee ID": staff_keys(np.arange(len(STAFF))),
        "Name": [name for name, _, _, _ in STAFF],
        "Email": [f"{address}@alderandpine.example" for _, address, _, _ in STAFF],
        "Team": [team for _, _, team, _ in STAFF],
        "Manager": [_manager(name, leader[team], boss) for name, _, team, _ in STAFF],
        "Region": [region for _, _, _, region in STAFF],
    })  # fmt: skip


def _manager(name: str, leader: str, boss: str) -> str | None:
    if name == boss:
        return None
    return boss if name == leader else leader


def staff_keys(positions: Array) -> pl.Series:
    """The keys of people; a position below 0 is nobody."""
    return keys("E", np.where(positions < 0, -1, positions + 1), 2)
