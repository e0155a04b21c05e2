"""Strings that match a regular expression: one for each way to walk it, the shortest first."""
import re
import sre_parse
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
UNICODE = {"L": "a-zA-Z", "N": "0-9", "Z": " ", "P": "!-/", "S": "$+<=>^|~", "M": "\u0301"}
WORDS = "aZ5_- .:/@#%+=,;!?&*()<>[]{}|~^$'\"\\\t\n"


def plain(pattern):
    """The pattern with the commonest Unicode classes narrowed to ASCII, which Python has no names for."""
    found, inside = "", False
    for one in re.finditer(r"\\p\{(\w+)\}|\\.|.", pattern, re.DOTALL):
        text = one[0]
        if one[1]:
            kind = UNICODE.get(one[1][0])
            text = text if kind is None else kind if inside else f"[{kind}]"
        inside = text == "[" or (inside and text != "]")
        found += text
    return found


def matching(pattern, length):
    """Up to five strings, some of about `length` characters, that `pattern` is found in, where any is known."""
    try:
        pattern = plain(pattern)
        tree, wanted = sre_parse.parse(pattern), re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return
    told = set()
    for extra in (0, 1, length - 1, length, length // 2):
        try:
            text = walk(tree, extra)
        except (KeyError, IndexError, NotImplementedError):
            continue
        if text not in told and wanted.search(text):
            told.add(text)
            yield text


def walk(tree, extra):
    return "".join(step(name, about, extra) for name, about in tree)


def step(name, about, extra):
    name = str(name)
    if name == "LITERAL":
        return chr(about)
    if name == "NOT_LITERAL":
        return next(char for char in WORDS if ord(char) != about)
    if name == "ANY":
        return "a"
    if name == "IN":
        return next(char for char in WORDS + first(about) if within(about, char))
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        low, high, inner = about
        return walk(inner, 0) * max(low, min(int(high), low + extra))
    if name == "SUBPATTERN":
        return walk(about[-1], extra)
    if name == "BRANCH":
        return walk(about[1][min(extra, len(about[1]) - 1)], extra)
    if name in ("AT", "ASSERT", "ASSERT_NOT"):
        return ""
    raise NotImplementedError(name)


def first(parts):
    """A character that a class names itself, for those that none of the usual ones is in."""
    return "".join(chr(about if str(name) == "LITERAL" else about[0]) for name, about in parts
                   if str(name) in ("LITERAL", "RANGE"))


def within(parts, char):
    negated, held = False, False
    for name, about in parts:
        name = str(name)
        negated = negated or name == "NEGATE"
        held = held or (name == "LITERAL" and ord(char) == about)
        held = held or (name == "RANGE" and about[0] <= ord(char) <= about[1])
        held = held or (name == "CATEGORY" and category(str(about), char))
    return held != negated


def category(name, char):
    kind = name.rsplit("_", 1)[-1]
    held = {"DIGIT": char.isdigit(), "SPACE": char.isspace(), "WORD": char.isalnum() or char == "_"}[kind]
    return held != ("_NOT_" in name)
