"""Values that keep a schema: makes them, and says whether one does. A reading of its own, so that a value which
it lets through and `countersign` does not is worth a look at both.

A side is what a value is part of: a `request` has no `readOnly` properties, a `response` no `writeOnly` ones.
"""
import base64
import json
import math
import re

from directory.pattern import matching, plain

FORMATS = {"date-time": "2026-01-02T03:04:05Z", "date": "2026-01-02", "time": "03:04:05Z", "duration": "P1DT2H",
           "uuid": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "email": "ann@example.test", "uri": "https://example.test/a",
           "url": "https://example.test/a", "uri-reference": "/a", "iri": "https://example.test/a", "ipv4": "192.0.2.1",
           "ipv6": "2001:db8::1", "hostname": "example.test", "idn-email": "ann@example.test", "json-pointer": "/a",
           "byte": base64.b64encode(b"abc").decode(), "regex": "^a$", "uri-template": "/{a}", "idn-hostname": "a.test"}
TYPES = {"null": lambda it: it is None, "boolean": lambda it: isinstance(it, bool),
         "integer": lambda it: number(it) and float(it).is_integer(), "number": lambda it: number(it),
         "string": lambda it: isinstance(it, str), "array": lambda it: isinstance(it, list),
         "object": lambda it: isinstance(it, dict)}
# What a property is called that no schema names.
USUAL = ("key", "key2", "key3")
DEPTH, NODES, BRANCHES, WORK = 24, 120, 8, 10_000


class Unsatisfied(Exception):
    """No value was found: the schema has none, or asks for more than is understood here."""


class Exhausted(Exception):
    """It was looked for long enough."""


def number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def same(one, other):
    """JSON's equality: 1 is 1.0 and is not true."""
    if number(one) and number(other):
        return one == other
    return type(one) is type(other) and one == other


class Schemas:
    def __init__(self, document):
        self.document = document
        self.modern = not re.match(r"(2\.|3\.0)", str(document.get("openapi") or document.get("swagger")))
        self.left = self.work = 0
        self.known = {}

    def spend(self):
        self.work -= 1
        if self.work < 0:
            raise Exhausted

    def target(self, reference):
        at = self.document
        for token in reference.split("/")[1:]:
            token = re.sub("%([0-9A-Fa-f]{2})", lambda it: chr(int(it[1], 16)), token)
            token = token.replace("~1", "/").replace("~0", "~")
            at = at[int(token)] if isinstance(at, list) else at[token]
        return at

    def behind(self, value):
        """What a chain of references leads to, whatever it is."""
        for _ in range(20):
            if not (isinstance(value, dict) and isinstance(value.get("$ref"), str)):
                return value
            value = self.target(value["$ref"])
        raise Unsatisfied("references in a circle")

    # ---- one schema of all that hold at once -------------------------------------------------------------------

    def parts(self, schema, seen=()):
        """The schema, and all that it takes in by `$ref` and `allOf`."""
        if isinstance(schema, bool) or schema is None:
            return [{"not": {}}] if schema is False else []
        if "$ref" in schema:
            reference = schema["$ref"]
            found = [] if reference in seen else self.known.get(reference)
            if found is None:
                found = self.parts(self.target(reference), seen + (reference,))
                found = [part | {"tag": self.tag(part["discriminator"], reference)} if part.get("discriminator")
                         else part for part in found]
                if not seen:
                    self.known[reference] = found
            beside = {key: value for key, value in schema.items() if key != "$ref"} if self.modern else {}
            return found + (self.parts(beside, seen) if beside else [])
        own = {key: value for key, value in schema.items() if key != "allOf"}
        found = [own] if own else []
        for part in schema.get("allOf") or []:
            found += self.parts(part, seen)
        return found

    @staticmethod
    def tag(discriminator, reference):
        mapping = (discriminator.get("mapping") or {}) if isinstance(discriminator, dict) else {}
        name = reference.rsplit("/", 1)[-1]
        return next((key for key, to in mapping.items() if to in (reference, name)), name)

    def kinds(self, parts):
        """The types that all parts take."""
        kinds = None
        for part in parts:
            said = part.get("type")
            if said is None:
                continue
            if not isinstance(said, (str, list)):
                raise Unsatisfied("a type that is none")
            said = set(said) if isinstance(said, list) else {said}
            said |= {"null"} if part.get("nullable") is True and not self.modern else set()
            said |= {"integer"} if "number" in said else set()
            kinds = said if kinds is None else kinds & said
        return kinds

    # ---- makes -------------------------------------------------------------------------------------------------

    def sample(self, schema, side, full):
        """A value that keeps `schema`: with what is optional too, where `full`."""
        self.left, self.work = NODES, WORK
        try:
            return self.made(schema, side, full, 0)
        except Exhausted as error:
            raise Unsatisfied("too much to look through") from error

    def made(self, schema, side, full, depth):
        if depth > DEPTH:
            raise Unsatisfied("too deep")
        self.left -= 1
        self.spend()
        full = full and depth < 6 and self.left > 0
        parts = self.parts(schema)
        # What is optional may be at odds with itself.
        for much in (True, False) if full else (False,):
            for value in self.candidates(parts, side, much, depth):
                if self.holds(value, schema, side):
                    return value
        raise Unsatisfied(json.dumps(schema)[:200])

    def candidates(self, parts, side, full, depth, ways=BRANCHES):
        """Values that are likely to keep all parts."""
        for at, part in enumerate(parts):
            for key in ("oneOf", "anyOf"):
                if part.get(key):
                    rest = parts[:at] + [{k: v for k, v in part.items() if k != key}] + parts[at + 1:]
                    for branch in part[key][:ways]:
                        marked = self.parts(branch)
                        if part.get("discriminator") and isinstance(branch, dict) and "$ref" in branch:
                            marked.append({"discriminator": part["discriminator"],
                                           "tag": self.tag(part["discriminator"], branch["$ref"])})
                        yield from self.candidates(rest + marked, side, full, depth, max(1, ways // 2))
                    return
        for part in parts:
            if "const" in part:
                yield part["const"]
                return
            if part.get("enum"):
                yield from part["enum"][:200]
                return
        kinds = self.kinds(parts)
        for kind in self.order(kinds, parts):
            try:
                yield from self.of_kind(kind, parts, side, full, depth)
            except Unsatisfied:
                continue

    @staticmethod
    def order(kinds, parts):
        if kinds is None:
            hints = {"object": ("properties", "required", "additionalProperties", "discriminator"), "array": ("items",),
                     "number": ("minimum", "maximum", "multipleOf")}
            kinds = {kind for kind, keys in hints.items() if any(key in part for part in parts for key in keys)}
            kinds = kinds or {"string"}
        return [kind for kind in ("object", "array", "string", "integer", "number", "boolean", "null") if kind in kinds]

    def of_kind(self, kind, parts, side, full, depth):
        if kind == "null":
            yield None
        elif kind == "boolean":
            yield from (True, False)
        elif kind in ("integer", "number"):
            yield from self.numbers(kind, parts)
        elif kind == "string":
            yield from self.strings(parts)
        elif kind == "array":
            yield self.array(parts, side, full, depth)
        else:
            yield self.object(parts, side, full, depth)

    @staticmethod
    def numbers(kind, parts):
        def all_of(key):
            return [part[key] for part in parts if number(part.get(key))]
        low, high = all_of("minimum") + all_of("exclusiveMinimum"), all_of("maximum") + all_of("exclusiveMaximum")
        step = max([abs(step) for step in all_of("multipleOf") if step] or [1])
        low, high = max(low, default=None), min(high, default=None)
        starts = [1, 0] + [bound for bound in (low, high) if bound is not None]
        for start in starts + ([(low + high) / 2] if len(starts) == 4 else []):
            for value in (start, math.ceil(start / step) * step, (math.floor(start / step) + 1) * step,
                          (math.ceil(start / step) - 1) * step):
                yield int(value) if kind == "integer" or float(value).is_integer() else value

    @staticmethod
    def strings(parts):
        low = max([part["minLength"] for part in parts if number(part.get("minLength"))], default=0)
        high = min([part["maxLength"] for part in parts if number(part.get("maxLength"))], default=low + 40)
        given = [part[key] for part in parts for key in ("example", "default") if isinstance(part.get(key), str)]
        formats = [FORMATS[part["format"]] for part in parts if part.get("format") in FORMATS]
        patterns = [part["pattern"] for part in parts if isinstance(part.get("pattern"), str)]
        yield from formats
        if patterns:
            # A format that the pattern does not let through cannot be met by a text that is made up.
            if formats:
                raise Unsatisfied("a pattern against its format")
            yield from (text for pattern in patterns for text in matching(pattern, int(low)))
            yield from given
        if not formats:
            yield ("text" + "x" * max(0, int(low) - 4))[:int(high)]
        yield from given

    def array(self, parts, side, full, depth):
        low = max([part["minItems"] for part in parts if number(part.get("minItems"))], default=0)
        high = min([part["maxItems"] for part in parts if number(part.get("maxItems"))], default=max(low, 1))
        if low > 50:
            raise Unsatisfied("too many items")
        first = next((part["prefixItems"] for part in parts if part.get("prefixItems")), [])
        items = [part["items"] for part in parts if isinstance(part.get("items"), (dict, bool))]
        schema = items[0] if len(items) == 1 else {"allOf": items}
        found = []
        for at in range(int(max(low, min(high, len(first) or 1)) if depth < 8 or low else 0)):
            try:
                found.append(self.made(first[at] if at < len(first) else schema, side, full, depth + 1))
            except Unsatisfied:
                if at < low:
                    raise
                break
        if any(part.get("uniqueItems") for part in parts) and len(found) > 1:
            found = self.distinct(found, self.behind(schema))
        return found

    @staticmethod
    def distinct(found, schema):
        values = schema.get("enum") or [] if isinstance(schema, dict) else []
        if len(values) >= len(found):
            return values[:len(found)]
        return [f"{it}{at}" if isinstance(it, str) else it + at if number(it) else it for at, it in enumerate(found)]

    def object(self, parts, side, full, depth):
        members, required = {}, []
        for part in parts:
            for name, schema in (part.get("properties") or {}).items():
                members.setdefault(name, []).append(schema)
            required += [name for name in part.get("required") or [] if isinstance(name, str)] \
                if isinstance(part.get("required"), list) else []
        found = {}
        for name, schemas in members.items():
            if name in required or (full and self.left > 0 and len(found) < 60):
                schema = schemas[0] if len(schemas) == 1 else {"allOf": schemas}
                if self.withheld(schema, side):
                    continue
                try:
                    found[name] = self.made(schema, side, full, depth + 1)
                except Unsatisfied:
                    if name in required:
                        raise
        low = max([part["minProperties"] for part in parts if number(part.get("minProperties"))], default=0)
        others = [part["additionalProperties"] for part in parts if "additionalProperties" in part]
        for name in [name for name in required if name not in members] + self.names(parts, side):
            wanted = name in required or len(found) < low or (full and others and not members)
            if wanted and name not in found and False not in others:
                schema = {"allOf": [other for other in others if isinstance(other, dict)]}
                found[name] = self.made(schema, side, full, depth + 1)
        self.tagged(found, parts, members, side, full, depth)
        return found

    def components(self):
        return (self.document.get("components") or {}).get("schemas") or {}

    def names(self, parts, side):
        """Names of properties that nobody describes."""
        rules = [part["propertyNames"] for part in parts if "propertyNames" in part]
        return [name for name in USUAL if all(self.holds(name, rule, side) for rule in rules)] or \
            [self.made({"allOf": [{"type": "string"}, *rules]}, side, False, 0)]

    def tagged(self, found, parts, members, side, full, depth):
        """A discriminator's property says which schema it is, where its own schema leaves that to it."""
        for part in parts:
            about = part.get("discriminator")
            name = about.get("propertyName") if isinstance(about, dict) else about
            if not (name and part.get("tag") and (name in found or name in members)):
                continue
            if all(self.holds(part["tag"], schema, side) for schema in members.get(name, [])):
                found[name] = part["tag"]
            elif found.get(name) in self.components():
                found |= self.made({"$ref": f"#/components/schemas/{found[name]}"}, side, full, depth + 1)

    def withheld(self, schema, side):
        key = "readOnly" if side == "request" else "writeOnly"
        return any(part.get(key) is True for part in self.parts(schema))

    # ---- judges ------------------------------------------------------------------------------------------------

    def holds(self, value, schema, side, depth=0):
        """Whether the value keeps the schema; formats are not looked at."""
        if isinstance(schema, bool) or schema is None:
            return schema is not False
        self.spend()
        if depth > 200:
            raise Unsatisfied("a schema without end")
        if "$ref" in schema:
            if not self.holds(value, self.target(schema["$ref"]), side, depth + 1):
                return False
            if not self.modern:
                return True
        if value is None and schema.get("nullable") is True and not self.modern and "type" in schema:
            # `nullable` is of the type: an `enum` beside it has to hold null of its own.
            return "enum" not in schema or None in schema["enum"]
        kinds = schema.get("type")
        if kinds is not None and not any(TYPES.get(kind, lambda _: True)(value) for kind in
                                         (kinds if isinstance(kinds, list) else [kinds])):
            return False
        if schema.get("enum") and not any(same(value, one) for one in schema["enum"]):
            return False
        if "const" in schema and not same(value, schema["const"]):
            return False
        judges = ((number, self.number_holds), (lambda it: isinstance(it, str), self.string_holds))
        for is_kind, judge in judges:
            if is_kind(value) and not judge(value, schema):
                return False
        if isinstance(value, list) and not self.array_holds(value, schema, side, depth):
            return False
        if isinstance(value, dict) and not self.object_holds(value, schema, side, depth):
            return False
        return self.branches_hold(value, schema, side, depth)

    def branches_hold(self, value, schema, side, depth):
        meant = self.meant(value, schema)
        if meant is not None:
            schema = {key: it for key, it in schema.items() if key not in ("oneOf", "anyOf")}
            if not self.holds(value, meant, side, depth + 1):
                return False

        def kept(key):
            return sum(self.holds(value, branch, side, depth + 1) for branch in schema[key])
        if schema.get("allOf") and kept("allOf") < len(schema["allOf"]):
            return False
        if schema.get("anyOf") and not kept("anyOf"):
            return False
        if schema.get("oneOf") and kept("oneOf") != 1:
            return False
        return "not" not in schema or not self.holds(value, schema["not"], side, depth + 1)

    def meant(self, value, schema):
        """The branch that the discriminator chooses."""
        about = schema.get("discriminator")
        name = about.get("propertyName") if isinstance(about, dict) else None
        if name is None or not isinstance(value, dict):
            return None
        branches = [branch for key in ("oneOf", "anyOf") for branch in schema.get(key) or [] if "$ref" in branch]
        return next((branch for branch in branches if self.tag(about, branch["$ref"]) == value.get(name)), None)

    @staticmethod
    def number_holds(value, schema):
        low, high = schema.get("minimum"), schema.get("maximum")
        above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
        step = schema.get("multipleOf")
        return not (number(low) and (value < low or (above is True and value == low))
                    or number(high) and (value > high or (below is True and value == high))
                    or number(above) and value <= above or number(below) and value >= below
                    or number(step) and step and abs(value / step - round(value / step)) > 1e-9
                    or schema.get("format") == "int32" and not -2**31 <= value < 2**31)

    @staticmethod
    def string_holds(value, schema):
        if len(value) < schema.get("minLength", 0) or len(value) > schema.get("maxLength", len(value)):
            return False
        try:
            return not isinstance(schema.get("pattern"), str) or re.search(plain(schema["pattern"]), value) is not None
        except re.error as error:
            raise Unsatisfied("a pattern that is not understood") from error

    def array_holds(self, value, schema, side, depth):
        if len(value) < schema.get("minItems", 0) or len(value) > schema.get("maxItems", len(value)):
            return False
        if schema.get("uniqueItems") and any(same(a, b) for at, a in enumerate(value) for b in value[:at]):
            return False
        first = schema.get("prefixItems") or []
        return all(self.holds(item, first[at] if at < len(first) else schema.get("items", True), side, depth + 1)
                   for at, item in enumerate(value))

    def object_holds(self, value, schema, side, depth):
        members, patterns = schema.get("properties") or {}, schema.get("patternProperties") or {}
        if len(value) < schema.get("minProperties", 0) or len(value) > schema.get("maxProperties", len(value)):
            return False
        required = schema.get("required") if isinstance(schema.get("required"), list) else []
        if any(name not in value and not self.withheld(members.get(name, {}), side) for name in required):
            return False
        for name, member in value.items():
            schemas = [members[name]] if name in members else []
            schemas += [other for pattern, other in patterns.items() if re.search(pattern, name)]
            schemas = schemas or [schema.get("additionalProperties", True)]
            if not self.holds(name, schema.get("propertyNames", True), side, depth + 1):
                return False
            if not all(self.holds(member, other, side, depth + 1) for other in schemas):
                return False
        return True
