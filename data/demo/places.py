"""Where customers are."""

import numpy as np

ENGLISH, GERMAN, CHINESE = range(3)
"""Languages in which customers are called and answered; German ones are answered in English."""

PLACES = (  # country, region, city, area code, weight
    ("Germany", "Bavaria", "Munich", "89", 7),
    ("Germany", "Bavaria", "Nuremberg", "911", 3),
    ("Germany", "Hamburg", "Hamburg", "40", 6),
    ("Germany", "Berlin", "Berlin", "30", 6),
    ("Germany", "Hesse", "Frankfurt", "69", 4),
    ("Germany", "North Rhine-Westphalia", "Cologne", "221", 5),
    ("Germany", "Baden-Württemberg", "Stuttgart", "711", 4),
    ("Germany", "Saxony", "Leipzig", "341", 3),
    ("United Kingdom", "England", "London", "20", 7),
    ("United Kingdom", "England", "Manchester", "161", 4),
    ("United Kingdom", "England", "Bristol", "117", 3),
    ("United Kingdom", "England", "Leeds", "113", 3),
    ("United Kingdom", "Scotland", "Edinburgh", "131", 3),
    ("United Kingdom", "Wales", "Cardiff", "29", 2),
    ("United States", "New York", "New York", "212", 4),
    ("United States", "Illinois", "Chicago", "312", 3),
    ("United States", "Colorado", "Denver", "303", 3),
    ("United States", "Washington", "Seattle", "206", 3),
    ("United States", "Massachusetts", "Boston", "617", 2),
    ("中国", "上海", "上海", "21", 7),
    ("中国", "北京", "北京", "10", 6),
    ("中国", "广东", "广州", "20", 5),
    ("中国", "广东", "深圳", "755", 5),
    ("中国", "浙江", "杭州", "571", 4),
    ("中国", "江苏", "南京", "25", 3),
    ("中国", "江苏", "苏州", "512", 2),
    ("中国", "四川", "成都", "28", 3),
    ("中国", "湖北", "武汉", "27", 2),
)
COUNTRIES = ("Germany", "United Kingdom", "United States", "中国")
COUNTRY = np.array([COUNTRIES.index(place[0]) for place in PLACES])
"""Country of each place."""
LANGUAGE = np.array([GERMAN, ENGLISH, ENGLISH, CHINESE])
"""Language of each country."""
CHINA = COUNTRIES.index("中国")
WEIGHTS = tuple(place[4] for place in PLACES)
