"""Names of countries, continents and regions, and the languages that stand for a country."""

from __future__ import annotations

COUNTRIES = {
    "at": ("Austria", "eur"), "au": ("Australia", "oce"), "be": ("Belgium", "eur"), "br": ("Brazil", "ams"),
    "ca": ("Canada", "amn"), "ch": ("Switzerland", "eur"), "cn": ("China", "asi"), "cz": ("Czech Republic", "eur"),
    "de": ("Germany", "eur"), "dk": ("Denmark", "eur"), "es": ("Spain", "eur"), "fi": ("Finland", "eur"),
    "fr": ("France", "eur"), "gb": ("United Kingdom", "eur"), "ie": ("Ireland", "eur"), "in": ("India", "asi"),
    "it": ("Italy", "eur"), "jp": ("Japan", "asi"), "mx": ("Mexico", "amn"), "nl": ("Netherlands", "eur"),
    "no": ("Norway", "eur"), "nz": ("New Zealand", "oce"), "pl": ("Poland", "eur"), "pt": ("Portugal", "eur"),
    "ru": ("Russia", "eur"), "se": ("Sweden", "eur"), "sg": ("Singapore", "asi"), "si": ("Slovenia", "eur"),
    "us": ("United States", "amn"), "za": ("South Africa", "afr"),
}  # fmt: skip
CONTINENTS = {
    "eur": "Europe",
    "oce": "Oceania",
    "ams": "South America",
    "amn": "North America",
    "asi": "Asia",
    "afr": "Africa",
    "unk": "Unknown",
}
# assumed: a handful of languages that name their country without saying so
LANGUAGES = {
    "de": "de",
    "fr": "fr",
    "it": "it",
    "es": "es",
    "pl": "pl",
    "nl": "nl",
    "ja": "jp",
    "sv": "se",
    "ru": "ru",
}
REGIONS = {("fr", "IDF"): "Île-de-France", ("gb", "ENG"): "England", ("gb", "WBK"): "West Berkshire"}
