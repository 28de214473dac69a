"""What people and companies are called: invented from short lists of words, in English, German and Chinese."""

import unicodedata
from collections.abc import Sequence

import numpy as np
import polars as pl

from data.demo.days import Array
from data.demo.places import CHINESE, ENGLISH, GERMAN, PLACES
from data.demo.text import pick


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_ENGLISH = _words("""
    Alice Amelia Andrew Anna Arthur Ben Beth Caroline Charles Charlotte Chloe Daniel David Dylan Edward Eleanor
    Elliot Emily Emma Ethan Evan Fiona Frances Freya George Grace Hannah Harriet Harry Heather Henry Holly Hugh
    Isaac Isla Jack Jacob James Jane Jasmine Joan Joel John Joseph Julia Karen Kate Laura Leah Lewis Liam Louise
    Lucy Luke Maria Mark Martha Martin Matthew Megan Michael Molly Nancy Nathan Neil Nina Noah Olivia Oscar
    Patrick Paul Peter Philip Rachel Rebecca Richard Robert Rory Rose Ruth Ryan Samuel Sarah Simon Sophie
    Stephen Stuart Susan Theo Thomas Toby Victoria William Zoe
""")
FIRST_GERMAN = _words("""
    Andrea Angelika Anja Anton Bärbel Bernd Birgit Björn Christian Clara Claudia Daniela Dieter Dirk Elke Emil
    Eva Felix Florian Franziska Frieda Fritz Günther Hanna Hannes Heike Heinz Helga Ines Ingo Jakob Jan Johanna
    Jonas Jörg Julian Jürgen Karin Karl Katrin Klaus Lars Lena Leonie Lukas Manfred Marie Markus Matthias Max
    Mia Moritz Nadine Nele Niklas Oliver Paula Petra Ralf Renate Rolf Sabine Sandra Sebastian Silke Stefan
    Susanne Sven Tanja Thorsten Till Tobias Ulrike Ursula Uwe Werner Wolfgang
""")
LAST_ENGLISH = _words("""
    Abbott Adams Allen Archer Ashby Atkins Bailey Barker Barnes Barton Bennett Bishop Blake Bolton Bowen Bradley
    Brooks Burke Burton Butler Carter Chapman Clarke Coleman Collins Cooper Cox Crawford Dalton Davies Dawson
    Dean Dixon Drake Duncan Ellis Farrell Fisher Fleming Fletcher Forbes Foster Fox Fraser Gardner Gibson Gill
    Graham Grant Gray Greene Griffin Hale Hall Hamilton Harper Harris Hart Hayes Hill Holland Howard Hughes Hunt
    Irving Jenkins Kelly Kendall Kerr King Knight Lambert Lane Lawson Lloyd Lowe Marsh Mason Miller Mills Morgan
    Morris Murphy Nash Newton Norris Palmer Parker Payne Pearce Perry Porter Powell Pratt Quinn Reed Reid Rhodes
    Riley Roberts Rowe Russell Sanders Saunders Shaw Sharp Shepherd Simmons Slater Spencer Stone Sutton Taylor
    Thornton Todd Tucker Turner Vaughan Wade Walsh Walton Ward Warner Watts Webb Wells West Wheeler Whitby
    Willis Winter Wood Wright Yates York
""")
LAST_GERMAN = _words("""
    Albrecht Arnold Bauer Baumann Beck Berger Böhm Brandt Braun Busch Dietrich Döring Engel Ernst Fischer
    Förster Frank Friedrich Fuchs Gärtner Graf Groß Günther Haas Hahn Hartmann Heinrich Herrmann Hofmann Horn
    Huber Jäger Jung Kaiser Keller Klein Koch Köhler König Krämer Kraus Krüger Kühn Lang Lehmann Lorenz Ludwig
    Maier Martin Mayer Möller Müller Neumann Otto Peters Pfeiffer Pohl Richter Roth Sauer Schäfer Schmid
    Schneider Schreiber Schröder Schubert Schulte Schulz Schuster Seidel Simon Sommer Stein Thomas Vogel Vogt
    Voigt Wagner Weber Weiß Werner Winkler Winter Wolff Ziegler Zimmermann
""")
LAST_CHINESE = _words("""
    王wang 李li 张zhang 刘liu 陈chen 杨yang 赵zhao 黄huang 周zhou 吴wu 徐xu 孙sun 胡hu 朱zhu 高gao 林lin 何he
    郭guo 马ma 罗luo 梁liang 宋song 郑zheng 谢xie 韩han 唐tang 冯feng 于yu 董dong 萧xiao 程cheng 曹cao 袁yuan
    邓deng 许xu 傅fu 沈shen 曾zeng 彭peng 吕lü 苏su 卢lu 蒋jiang 蔡cai 贾jia 丁ding 魏wei 薛xue 叶ye 阎yan 余yu
    潘pan 杜du 戴dai 夏xia 钟zhong 汪wang 田tian 任ren 姜jiang 范fan 方fang 石shi 姚yao 谭tan 廖liao 邹zou
    熊xiong 金jin 陆lu
""")
GIVEN_CHINESE = _words("""
    晓xiao 志zhi 文wen 雅ya 子zi 思si 佳jia 建jian 海hai 雨yu 嘉jia 俊jun 美mei 一yi 永yong 欣xin 丽li 国guo
    天tian 玉yu 春chun 明ming 梓zi 若ruo 浩hao 婉wan 泽ze 静jing 梦meng 宇yu
""")
GIVEN_SECOND = _words("""
    明ming 华hua 芳fang 伟wei 敏min 静jing 丽li 强qiang 磊lei 洋yang 艳yan 勇yong 军jun 杰jie 娟juan 涛tao
    超chao 霞xia 平ping 刚gang 英ying 文wen 琳lin 辉hui 玲ling 宁ning 轩xuan 涵han 怡yi 博bo 晨chen 雪xue 婷ting
    远yuan 航hang 瑶yao
""")

BRAND_FIRST = _words("""
    Alder Amber Ash Beacon Birch Bright Bridge Brook Cedar Clear Cliff Cloud Copper Coral Elm Ever Fair Falcon
    Fern Field Flint Fox Glen Gold Green Grey Harbour Hawk Haven Hazel Heath High Hill Holly Iron Ivy Juniper
    Kestrel Kings Lake Lark Laurel Maple Marsh Meadow Mill Moor North Oak Otter Park Pebble Pine Raven Red River
    Rock Rowan Sand Silver Sky South Spring Star Stone Summer Swan Thistle Timber Vale West White Wild Willow
    Wind Wood
""")
BRAND_SECOND = _words("""
    bank bay bridge brook burn bury cliff combe cote croft dale down field ford gate glen grove ham haven hill
    hurst land ley light line mark mere mont moor path peak point port ridge rock shore side stead stone thorpe
    vale view ville ward water way well wick wood worth
""")
GERMAN_FIRST = _words("""
    Alpen Adler Bach Berg Birken Brücken Burg Dorf Eichen Elb Falken Feld Fichten Förde Garten Gipfel Grün Hafen
    Hansa Heide Hirsch Hoch Insel Isar Jura Kiesel Kranich Küsten Land Linden Löwen Main Markt Moos Mühlen
    Neckar Nord Ost Quell Rhein Rosen Schloss See Sonnen Spree Stadt Stein Stern Süd Tal Tannen Turm Ufer Wald
    Weiden Werra Wiesen Wolken Zugspitz Zwei
""")
GERMAN_SECOND = _words("""
    bach berg blick brück burg eck feld forst garten glück grund hafen hain haus heim hof horn kamp land licht
    mark markt mühle quell rain rast ried see stadt stein stern tal tor ufer wald weg werk wiese wind
""")
BRAND_CHINESE = _words("""
    云yun 山shan 海hai 风feng 林lin 星xing 春chun 和he 鸿hong 锦jin 瑞rui 宏hong 嘉jia 新xin 天tian 华hua 永yong
    盛sheng 明ming 佳jia 乐le 雅ya 安an 远yuan 启qi 博bo 长chang 金jin 青qing 晨chen 百bai 东dong 西xi 南nan
    北bei 中zhong 泰tai 恒heng 卓zhuo 凯kai
""")

INDUSTRIES = ("Outdoor retail", "Family retail", "Office supply", "Hospitality", "Education", "Clubs and associations")
TRADES = {  # by industry
    ENGLISH: (
        ("Outdoor", "Trail Supply", "Camping", "Mountain Sports", "Adventure Store", "Cycles"),
        ("Toys", "Kids", "Family Store", "Nursery", "Baby World", "Home & Family"),
        ("Office Supply", "Stationers", "Business Interiors", "Workspace", "Print & Paper", "Office Partners"),
        ("Hotels", "Holiday Parks", "Guest Houses", "Campsites", "Inns", "Leisure"),
        ("Academy", "Schools", "Kindergarten Group", "College", "Learning Centre", "Day Care"),
        ("Hiking Club", "Scouts", "Sports Club", "Youth Centre", "Alpine Association", "Community Trust"),
    ),
    GERMAN: (
        ("Outdoor", "Sport", "Bergsport", "Camping", "Radhaus", "Trekking"),
        ("Spielwaren", "Kinderwelt", "Babyhaus", "Familienmarkt", "Kindermode", "Wohnen & Familie"),
        ("Bürobedarf", "Papier", "Büromöbel", "Büroservice", "Drucktechnik", "Arbeitswelt"),
        ("Hotels", "Ferienpark", "Gasthof", "Campingplätze", "Pensionen", "Freizeit"),
        ("Schulen", "Akademie", "Kindergarten", "Kolleg", "Lernwerkstatt", "Kita-Verbund"),
        ("Wanderverein", "Pfadfinder", "Sportverein", "Jugendhaus", "Alpenverein", "Bürgerstiftung"),
    ),
    CHINESE: (
        ("户外用品", "露营装备", "登山运动", "户外装备", "骑行", "探险用品"),
        ("玩具", "母婴用品", "童装", "亲子生活", "儿童用品", "家居"),
        ("办公用品", "文具", "办公家具", "商务设备", "纸业", "办公服务"),
        ("酒店管理", "度假村", "民宿", "露营地", "旅馆", "文旅"),
        ("教育科技", "学校", "幼儿园", "培训中心", "学院", "早教中心"),
        ("徒步俱乐部", "青少年中心", "运动俱乐部", "登山协会", "社区服务", "车友会"),
    ),
}
SUFFIXES = {
    ENGLISH: ("Ltd", "Limited", "& Co", "Group", "LLC"),
    GERMAN: ("GmbH", "GmbH & Co. KG", "KG", "AG", "e.K."),
    CHINESE: ("有限公司", "有限责任公司", "股份有限公司", "商贸有限公司", "集团有限公司"),
}
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
TOWNS = [place[2] for place in PLACES]


def plain(text: str) -> str:
    """A word as it stands in an address: ASCII letters in lower case."""
    bare = unicodedata.normalize("NFKD", text.translate(UMLAUTS)).encode("ascii", "ignore").decode()
    return "".join(letter for letter in bare.lower() if letter.isalnum())


SECTORS = [plain(trade) for of_industry in TRADES[ENGLISH] for trade in of_industry]
"""Trades as they stand in an address."""


def _parted(entries: Sequence[str]) -> list[tuple[str, str]]:
    """(character, how it sounds) of entries such as 王wang."""
    return [(entry[0], plain(entry[1:])) for entry in entries]


GIVEN = [
    (first + second, sound + other)
    for first, sound in [("", ""), *_parted(GIVEN_CHINESE)]
    for second, other in _parted(GIVEN_SECOND)
    if first != second
]
FIRST = ([(n, plain(n)) for n in FIRST_ENGLISH], [(n, plain(n)) for n in FIRST_GERMAN], GIVEN)
LAST = ([(n, plain(n)) for n in LAST_ENGLISH], [(n, plain(n)) for n in LAST_GERMAN], _parted(LAST_CHINESE))
BRANDS = (
    [(a + b, plain(a + b)) for a in BRAND_FIRST for b in BRAND_SECOND if a.lower() != b],
    [(a + b, plain(a + b)) for a in GERMAN_FIRST for b in GERMAN_SECOND if a.lower() != b],
    [(a + b, x + y) for a, x in _parted(BRAND_CHINESE) for b, y in _parted(BRAND_CHINESE) if a != b],
)


def people(random: np.random.Generator, language: Array) -> pl.DataFrame:
    """Names of people by their language: `name`, and `mail`, how it begins in an e-mail address."""
    first, first_plain = _drawn(random, FIRST, language)
    last, last_plain = _drawn(random, LAST, language)
    frame = pl.DataFrame({"first": first, "last": last, "x": first_plain, "y": last_plain})
    is_chinese = pl.lit(pl.Series(language == CHINESE))
    whole = pl.when(is_chinese).then(pl.col("last") + pl.col("first")).otherwise(pl.col("first") + " " + pl.col("last"))
    return frame.select(name=whole, mail=pl.col("x") + "." + pl.col("y"))


def companies(random: np.random.Generator, language: Array, industry: Array, place: Array) -> pl.DataFrame:
    """Names of companies: `name`, its parts `brand`, `trade` and `suffix`, and `site`, an address of the web.

    A name that is there already gets its town, and an address a number.
    """
    brand, site = _drawn(random, BRANDS, language)
    trades = [trade for known in TRADES.values() for of_industry in known for trade in of_industry]
    each = len(TRADES[ENGLISH][0])
    kind = industry * each + random.integers(0, each, len(language))
    trade = language * len(INDUSTRIES) * each + kind
    suffixes = [suffix for known in SUFFIXES.values() for suffix in known]
    suffix = language * len(SUFFIXES[ENGLISH]) + random.integers(0, len(SUFFIXES[ENGLISH]), len(language))
    frame = pl.DataFrame({
        "brand": brand, "trade": pick(trades, trade), "suffix": pick(suffixes, suffix), "town": pick(TOWNS, place),
        "site": site, "sector": pick(SECTORS, kind), "row": np.arange(len(language)), "is_chinese": language == CHINESE,
    })  # fmt: skip
    taken = pl.struct("brand", "trade", "suffix").is_first_distinct().not_()
    called = pl.when(taken).then(pl.col("brand") + pl.col("town")).otherwise(pl.col("brand"))
    spaced = pl.when(taken).then(pl.col("brand") + " " + pl.col("town")).otherwise(pl.col("brand"))
    frame = frame.with_columns(brand=pl.when("is_chinese").then(called).otherwise(spaced))
    chinese = pl.concat_str("town", "brand", "trade", "suffix")
    plain_town = pl.concat_str("brand", "trade", "suffix")
    latin = pl.concat_str("brand", "trade", "suffix", separator=" ")
    whole = pl.when("is_chinese").then(pl.when(taken).then(plain_town).otherwise(chinese)).otherwise(latin)
    address = pl.concat_str("site", pl.lit("-"), "sector")
    numbered = pl.concat_str(address, pl.col("row").cast(pl.String))
    own = pl.when(address.is_first_distinct()).then(address).otherwise(numbered)
    return frame.select("brand", "trade", "suffix", name=whole, site=pl.format("www.{}.example", own))


def _drawn(
    random: np.random.Generator, lists: Sequence[Sequence[tuple[str, str]]], language: Array
) -> tuple[pl.Series, pl.Series]:
    """A random entry of the list of each row's language, and how it is written in an address."""
    sizes = np.array([len(entries) for entries in lists])
    offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    codes = offsets[language] + (random.random(len(language)) * sizes[language]).astype(int)
    every = [entry for entries in lists for entry in entries]
    return pick([word for word, _ in every], codes), pick([bare for _, bare in every], codes)
