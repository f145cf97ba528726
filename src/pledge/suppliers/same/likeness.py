"""How much alike two supplier names are, word by word, as a person would see it. Pure.

Characters alone mislead: “Oak Residential Home” and “Oakley Residential Home” share most of theirs. So words that
many firms have count little, what tells a firm from others counts most, and a number is the same or it is not.
"""

from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from pledge.suppliers.words.text import words

# Words that say what a firm does or is and hardly which one it is.
_COMMON = words(
    "academy|accountancy|accountants|accounting|agencies|agency|agricultural|architects|assisted|associates|"
    "association|bakery|bank|board|borough|brewery|brewing|brothers|builders|building|business|cafe|capital|care|"
    "cars|catering|centre|charity|church|city|civil|cleaning|clinic|club|coaches|college|commercial|communications|"
    "community|company|computers|conditioning|construction|consultancy|consultants|consulting|contracting|"
    "contractors|cooperative|council|county|couriers|crime|dairy|data|daughters|delivery|dental|dentist|design|"
    "development|developments|digital|distribution|district|drainage|driveways|education|electrical|electronics|"
    "energy|engineering|engineers|enterprises|environmental|equipment|estates|europe|events|exhausts|express|"
    "fabrications|facilities|factory|family|farm|farms|fencing|finance|financial|fire|flooring|food|foods|forensics|fostering|"
    "foundation|foundry|freight|furniture|garage|garden|garments|gas|general|glass|glazing|global|group|hair|"
    "haulage|health|healthcare|heating|hire|holdings|home|homes|hospital|hospitals|hotel|hotels|house|housing|"
    "industrial|industries|information|installations|insurance|interiors|international|investments|joiners|joinery|"
    "kitchens|laboratories|landscapes|landscaping|laundry|law|legal|leisure|limited|logistics|maintenance|"
    "management|manufacturing|marine|marketing|materials|meats|mechanical|media|medical|merchants|messrs|metals|"
    "motors|national|network|nhs|nurseries|nursery|nursing|office|packaging|paints|parish|partners|partnership|"
    "personnel|pharmaceuticals|photography|plant|plastering|plastics|plumbing|police|practice|precision|primary|"
    "print|printers|printing|products|professional|projects|property|public|recruitment|recycling|"
    "refrigeration|removals|rescue|research|residential|rest|restaurant|retail|roofing|royal|safety|sales|"
    "scaffolding|school|science|scientific|security|service|services|signs|skip|society|software|solicitors|"
    "solutions|sons|specialist|specialists|staff|stationery|steel|stone|storage|stores|studio|suppliers|supplies|"
    "supply|support|surgery|surveying|surveyors|systems|taxis|tax|technical|technologies|technology|"
    "telecommunications|textile|textiles|timber|tools|tours|toys|trade|trading|training|transport|travel|trust|"
    "tyres|uk|united|university|upholstery|utilities|vehicle|vehicles|veterinary|vets|waste|water|web|wholesale|"
    "windows|works"
)
_CONNECTING = words("and|of|the|for|in|at|by|to|a|de|la|le|der|die|und|et|y|mr|mrs|ms|miss|dr|prof")
_ONE_WORD = {
    "st": "saint", "gt": "great", "wm": "william", "chas": "charles", "center": "centre", "svc": "service",
    "univ": "university", "bros": "brothers", "intl": "international", "mfg": "manufacturing", "bldg": "building",
    "mgt": "management", "elec": "electrical", "rd": "road", "co": "company", "qtr": "quarter", "gb": "uk",
    "one": "1", "first": "1", "1st": "1", "two": "2", "second": "2", "2nd": "2", "three": "3", "third": "3",
    "3rd": "3", "four": "4", "fourth": "4", "4th": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10",
}  # fmt: skip
_OTHER_NAME = ("trading as", "ta", "t as", "dba", "formerly", "formerly known as", "fka", "a trading name of")

_COMMON_WEIGHT = 0.35
_INITIAL_WEIGHT = 0.5
_ALIKE_WORDS = 0.75  # the least ratio of two words that may be one
_ABBREVIATED = 0.9
_INITIAL = 0.8
_CUT_AT = 15  # characters of a name that an export may have cut short
_CUT = 88.0
_WITHIN = 80.0  # of a name of several words that another one holds
_ACRONYM, _SHORT_ACRONYM = 82.0, 70.0
_ALSO = 0.95


class _Words(NamedTuple):
    weights: dict[str, float]
    total: float
    joined: str
    initials: str


@lru_cache(4096)
def _words(key: str) -> _Words:
    weights: dict[str, float] = {}
    initials = ""
    for word in key.split():
        if word in _CONNECTING:
            continue
        initials += word[0]
        word = _ONE_WORD.get(word, word)
        weight = _COMMON_WEIGHT if word in _COMMON else _INITIAL_WEIGHT if len(word) == 1 and word.isalpha() else 1.0
        weights[word] = weights.get(word, 0.0) + weight
    return _Words(weights, sum(weights.values()), key.replace(" ", ""), initials)


@lru_cache(4096)
def other_names(key: str) -> tuple[str, ...]:
    """Return the names in “Smith trading as Smith’s Plumbing”, as keys; nothing for a plain name."""
    padded = f" {key} "
    for mark in _OTHER_NAME:
        before, found, after = padded.partition(f" {mark} ")
        if found and before.strip() and after.strip():
            return before.strip(), after.strip()
    return ()


def initials_of(key: str) -> str:
    """Return the initials of a name of several words that could be called by them; "" for any other."""
    initials = _words(key).initials
    return initials if 1 < len(initials) < 7 and " " in key else ""


def likeness(one: str, other: str) -> float:
    """Return how much alike two names are, from 0 to 100, given their keys (``normalise.name_key``). Symmetric."""
    if one == other:
        return 100.0
    best = _alike(one, other)
    also = [(name, other) for name in _also(one, other)] + [(name, one) for name in _also(other, one)]
    for name, beside in also:
        best = max(best, _ALSO * (100.0 if name == beside else _alike(name, beside)))
    return best


def _also(key: str, beside: str) -> tuple[str, ...]:
    """Return what else a name may say, seen beside another one: “JR Smith” beside “John Robert Smith” is J R Smith."""
    first, _, rest = key.partition(" ")
    if rest and len(first) in (2, 3) and first == "".join([word[0] for word in beside.split()[: len(first)]]):
        return (*other_names(key), f"{' '.join(first)} {rest}")
    return other_names(key)


def _alike(one: str, other: str) -> float:
    mine, yours = _words(one), _words(other)
    if not (mine.weights and yours.weights):
        return 0.0
    score = 100.0 * _matched(mine.weights, yours.weights) / (mine.total + yours.total)
    if score < 98.0 and _one_slip(mine.joined, yours.joined):
        score = 98.0 if mine.joined == yours.joined else max(score, 90.0)
    short, long = sorted((one, other), key=len)
    if len(short) >= _CUT_AT and long.startswith(short):
        score = max(score, _CUT)
    if score < _WITHIN and " " in short and f" {short} " in f" {long} ":
        score = _WITHIN
    if short in (initials_of(long), f"{initials_of(long)} uk"):
        score = max(score, _ACRONYM if len(short) > 2 else _SHORT_ACRONYM)
    return score


def _matched(mine: dict[str, float], yours: dict[str, float]) -> float:
    both = mine.keys() & yours.keys()
    matched = sum(mine[word] + yours[word] for word in both)
    left = [word for word in mine if word not in both]
    right = [word for word in yours if word not in both]
    if not left or not right:
        return matched
    matched += _abbreviated(left, mine, right, yours) + _abbreviated(right, yours, left, mine)
    pairs = [(found, x, y) for x in left for y in right if (found := _same_word(x, y))]
    taken: set[str] = set()
    for found, x, y in sorted(pairs, key=lambda pair: (-pair[0], *sorted(pair[1:]))):
        if x not in taken and y not in taken:
            taken |= {x, y}
            matched += found * (mine[x] + yours[y])
    return matched


def _abbreviated(short: list[str], mine: dict[str, float], long: list[str], yours: dict[str, float]) -> float:
    """Return the weight of words that are the initials of others, like CC and County Council; take them all away.

    Two letters are the initials of so many that they must be those of common words.
    """
    matched = 0.0
    for word in [word for word in short if 1 < len(word) < 5 and word.isalpha()]:
        for first in range(len(long) - len(word) + 1):
            run = long[first : first + len(word)]
            common = max(yours[each] for each in run) <= _COMMON_WEIGHT
            if (common or len(word) > 2) and "".join([each[0] for each in run]) == word:
                matched += _ABBREVIATED * (mine[word] + sum(yours[each] for each in run))
                short.remove(word)
                del long[first : first + len(word)]
                break
    return matched


def _same_word(x: str, y: str) -> float:
    """Return how surely two different words are one, from 0 to 1."""
    short, long = sorted((x, y), key=len)
    if not (x.isalpha() and y.isalpha()):
        return 0.0
    if len(short) == 1:
        return _INITIAL if long.startswith(short) else 0.0
    if len(short) < 3:
        return 0.0
    if long in _COMMON and _abbreviates(short, long):
        return _ABBREVIATED
    if len(short) == 3:
        return 0.0
    found = fuzz.ratio(x, y) / 100
    return found if found >= _ALIKE_WORDS else 0.0


def _abbreviates(short: str, long: str) -> bool:
    if long.startswith(short):
        return True
    if short[0] != long[0]:
        return False
    rest = iter(long)
    return all(letter in rest for letter in short)


def _one_slip(one: str, other: str) -> bool:
    """Say whether two names without their spaces are equal but for one letter, and no digit."""
    if abs(len(one) - len(other)) > 1 or len(one) < 6:
        return False
    digits = [char for char in one if char.isdigit()] == [char for char in other if char.isdigit()]
    return digits and Levenshtein.distance(one, other, score_cutoff=1) <= 1
