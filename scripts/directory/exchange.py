"""A pact for a document, of its own promises: an interaction for each operation and each status that it declares,
once with everything that is optional and once without.
"""
import collections
import json
import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from directory.schema import USUAL, Schemas, Unsatisfied

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
BOUNDARY = "between"
OPERATIONS = 400


def text_of(value):
    """A plain value as it stands in a parameter."""
    if isinstance(value, (dict, list)):
        raise Unsatisfied("a parameter of parameters")
    if value is None:
        raise Unsatisfied("a parameter that is null")
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, float) else str(value)


def is_json(media):
    return re.fullmatch(r"application/([^;]*\+)?json|text/json|\*/\*|application/\*", media.split(";")[0].strip())


class Writer:
    def __init__(self, document):
        self.document = document
        self.schemas = Schemas(document)
        self.old = "swagger" in document
        self.left_out = []

    def pact(self):
        operations = []
        for path, item in (self.document.get("paths") or {}).items():
            item = self.schemas.behind(item)
            operations += [(method, path, item, item[method]) for method in METHODS
                           if path.startswith("/") and not {"?", "#"} & set(path) and isinstance(item.get(method), dict)]
        # Of very many operations, an even part.
        step = max(1, -(-len(operations) // OPERATIONS))
        found = [one for operation in operations[::step] for one in self.of_operation(*operation)]
        return {"consumer": {"name": "consumer"}, "provider": {"name": "provider"}, "interactions": found,
                "metadata": {"pactSpecification": {"version": "3.0.0"}}}

    def of_operation(self, method, path, item, operation):
        found = []
        for at, (status, answer) in enumerate((operation.get("responses") or {}).items()):
            if not re.fullmatch(r"[1-5]([0-9][0-9]|XX|xx)|default", str(status)):
                continue
            for full in (True, False) if at == 0 else (True,):
                name = f"{method} {path} {status} {'full' if full else 'lean'}"
                try:
                    request = self.request(method, path, item, operation, full)
                    response = self.response(str(status), self.schemas.behind(answer), operation, full)
                    if method == "head":
                        response.pop("body", None)
                    found.append({"description": name, "request": request, "response": response})
                except Unsatisfied as error:
                    self.left_out.append(f"{name}: {error}")
        return found

    # ---- the request -------------------------------------------------------------------------------------------

    def request(self, method, path, item, operation, full):
        message = Request(method)
        parameters = self.parameters(item, operation)
        said = collections.Counter(name for parameter in parameters for name in self.names(parameter))
        for parameter in parameters:
            required = parameter.get("required") is True or parameter["in"] in ("path", "body")
            if not (required or full):
                continue
            try:
                # An object that is spread out may share names with another, and no value is of both then.
                if any(said[name] > 1 for name in self.names(parameter)):
                    raise Unsatisfied("two parameters of one name")
                self.add(message, parameter, full)
            except Unsatisfied:
                if required:
                    raise
        body = self.schemas.behind(operation.get("requestBody") or {})
        if body.get("content") and (full or body.get("required")):
            media = chosen(body["content"])
            self.write(message, media, body["content"][media] or {}, "request", full)
        if message.form:
            self.write_form(message, operation)
        self.secure(message, operation)
        return message.written(self.prefix(item, operation) + path)

    def parameters(self, item, operation):
        """The operation's own, and the path's where it has none of that name."""
        found = {}
        for parameter in (item.get("parameters") or []) + (operation.get("parameters") or []):
            parameter = self.schemas.behind(parameter)
            found[parameter["in"], parameter["name"]] = parameter
        return list(found.values())

    def names(self, parameter):
        """What a parameter of the query is called there."""
        if parameter["in"] != "query":
            return set()
        spread = parameter.get("style", "form") == "form" and parameter.get("explode", True)
        parts = self.schemas.parts(parameter.get("schema")) if spread else []
        names = {name for part in parts for name in part.get("properties") or {}}
        names |= set(USUAL) if any(part.get("additionalProperties") for part in parts) else set()
        return names or {parameter["name"]}

    def add(self, message, parameter, full):
        place, name = parameter["in"], parameter["name"]
        if place == "header" and name.lower() in ("accept", "content-type", "authorization"):
            return
        if place == "body":
            media = next(iter(self.consumed(operation=None)), "application/json")
            message.headers["Content-Type"] = media
            message.body = self.schemas.sample(parameter.get("schema"), "request", full)
            return
        if parameter.get("content"):
            schema = next(iter(parameter["content"].values())).get("schema", {})
            texts, value = [json.dumps(self.schemas.sample(schema, "request", full))], None
        else:
            schema = parameter.get("schema", parameter if self.old else {})
            value = self.schemas.sample(schema, "request", full)
            if place == "path" and value == "":
                value = self.schemas.sample({"allOf": [schema, {"minLength": 1}]}, "request", full)
            texts = None
        if place == "formData":
            message.form[name] = value
        elif place == "query":
            message.query += [(name, texts[0])] if texts else styled(name, value, parameter)
        else:
            text = texts[0] if texts else simple(name, value, parameter)
            if place == "path" and not text:
                raise Unsatisfied("a path with an empty part")
            {"path": message.path, "header": message.headers, "cookie": message.cookies}[place][name] = text

    def consumed(self, operation):
        return (operation or {}).get("consumes") or self.document.get("consumes") or []

    def write(self, message, media, about, side, full):
        """A body of the media type, and the header that says so."""
        plain = media.split(";")[0].strip()
        if side == "response" and not about.get("schema"):
            # It says nothing of the body, so that nobody may count on one.
            message.headers["Content-Type"] = media.replace("*", "plain")
            return
        value = self.schemas.sample(about.get("schema", {}), side, full)
        if is_json(media):
            message.body = value
            message.headers["Content-Type"] = media if "*" not in media else "application/json"
        elif plain == "application/x-www-form-urlencoded":
            message.headers["Content-Type"] = media
            message.body = urlencode(fields(value, about.get("encoding") or {}))
        elif plain == "multipart/form-data":
            message.headers["Content-Type"] = f"{plain}; boundary={BOUNDARY}"
            message.body = multipart(value)
        else:
            message.headers["Content-Type"] = re.sub(r"\*", "plain", media)
            message.body = text_of(value) if plain.startswith("text/") else "text"

    def write_form(self, message, operation):
        form = any("multipart" in media for media in self.consumed(operation))
        message.headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}" if form else \
            "application/x-www-form-urlencoded"
        message.body = multipart(message.form) if form else urlencode(fields(message.form, {}))

    def prefix(self, item, operation):
        if self.old:
            return (self.document.get("basePath") or "").rstrip("/")
        servers = operation.get("servers") or item.get("servers") or self.document.get("servers") or [{}]
        variables = servers[0].get("variables") or {}
        url = re.sub(r"\{([^}]*)\}", lambda it: str(variables.get(it[1], {}).get("default", "x")),
                     servers[0].get("url") or "")
        return urlsplit(url).path.rstrip("/")

    def secure(self, message, operation):
        """What the first alternative asks for."""
        security = operation.get("security", self.document.get("security")) or [{}]
        named = self.document.get("securityDefinitions") or \
            (self.document.get("components") or {}).get("securitySchemes") or {}
        for name in security[0]:
            scheme = self.schemas.behind(named.get(name, {}))
            kind, key = scheme.get("type"), scheme.get("name")
            if kind == "apiKey" and key:
                {"header": message.headers.__setitem__, "cookie": message.cookies.__setitem__,
                 "query": lambda key, value: message.query.append((key, value)) if key not in dict(message.query) else None}[scheme["in"]](key, "secret")
            elif kind == "basic" or (kind == "http" and scheme.get("scheme", "").lower() == "basic"):
                message.headers["Authorization"] = "Basic YTpi"
            elif kind in ("http", "oauth2", "openIdConnect"):
                how = scheme.get("scheme", "bearer").title()
                message.headers["Authorization"] = f"{how} secret"

    # ---- the answer --------------------------------------------------------------------------------------------

    def response(self, status, answer, operation, full):
        number = {"default": 200 if "200" not in operation["responses"] else 500}.get(status)
        message = Request("")
        content = answer.get("content") or {}
        if self.old and answer.get("schema"):
            media = operation.get("produces") or self.document.get("produces") or ["application/json"]
            content = {one: {"schema": answer["schema"]} for one in media}
        for name, header in (answer.get("headers") or {}).items():
            header = self.schemas.behind(header)
            if name.lower() != "content-type" and (full or header.get("required")):
                try:
                    schema = header.get("schema", header if self.old else {})
                    message.headers[name] = simple(name, self.schemas.sample(schema, "response", full),
                                                   {"style": "simple", **header, "in": "header"})
                except Unsatisfied:
                    continue
        number = number or int(re.sub("[Xx]", "0", status))
        if content and number not in (204, 304) and number >= 200:
            media = chosen(content)
            self.write(message, media, content[media] or {}, "response", full)
        return message.answered(number)


class Request:
    """The parts of a message while it is written; an answer is one too."""

    def __init__(self, method):
        self.method, self.path, self.query, self.headers = method.upper(), {}, [], {}
        self.cookies, self.form, self.body = {}, {}, None

    def written(self, path):
        path, _, said = path.partition("?")
        path = re.sub(r"\{([^}]*)\}", lambda it: quote(self.path.get(it[1], "x"), safe=",;=.") , path)
        query = {}
        for name, value in parse_qsl(said, keep_blank_values=True) + self.query:
            query.setdefault(name, []).append(value)
        if self.cookies:
            self.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        found = {"method": self.method, "path": path, "query": query, "headers": self.headers}
        found = {key: value for key, value in found.items() if value}
        return found | ({"body": self.body} if self.body is not None else {})

    def answered(self, status):
        found = {"status": status} | ({"headers": self.headers} if self.headers else {})
        return found | ({"body": self.body} if self.body is not None else {})


def chosen(content):
    """The media type that is written: JSON before all others, and a form before what is not read."""
    ranked = sorted(content, key=lambda media: (not is_json(media), "form" not in media))
    return next((media for media in ranked if media == "application/json"), ranked[0])


def pairs(value, between):
    return between.join(f"{key}{'=' if between != ',' else ','}{text_of(item)}" for key, item in value.items())


def simple(name, value, parameter):
    """A value in a path, a header or a cookie."""
    style, explode = parameter.get("style", "simple"), parameter.get("explode", False)
    lead, between = {"label": (".", "." if explode else ","), "matrix": (";", ",")}.get(style, ("", ","))
    if parameter.get("collectionFormat") and isinstance(value, list):
        between = {"ssv": " ", "tsv": "\t", "pipes": "|"}.get(parameter["collectionFormat"], ",")
    if isinstance(value, dict):
        joined = ",".join(f"{key}={text_of(item)}" for key, item in value.items()) if explode else \
            ",".join(f"{key},{text_of(item)}" for key, item in value.items())
        if style in ("label", "matrix"):
            raise Unsatisfied("an object in a style of paths")
    elif isinstance(value, list):
        joined = between.join(text_of(item) for item in value)
        if style == "matrix" and explode:
            return "".join(f";{name}={text_of(item)}" for item in value)
    else:
        joined = text_of(value)
    return f"{lead}{name}={joined}" if style == "matrix" else lead + joined


def styled(name, value, parameter):
    """The names and values of a parameter in the query, decoded."""
    style = parameter.get("style", "form")
    explode = parameter.get("explode", style in ("form", "deepObject"))
    if "collectionFormat" in parameter or ("type" in parameter and "schema" not in parameter):
        explode = parameter.get("collectionFormat") == "multi"
        style = {"ssv": "spaceDelimited", "pipes": "pipeDelimited"}.get(parameter.get("collectionFormat"), "form")
        if parameter.get("collectionFormat") == "tsv":
            return [(name, "\t".join(text_of(item) for item in value))]
    if isinstance(value, dict):
        if style == "deepObject":
            return [(f"{name}[{key}]", text_of(item)) for key, item in value.items()]
        if explode:
            return [(key, text_of(item)) for key, item in value.items()]
        return [(name, ",".join(f"{key},{text_of(item)}" for key, item in value.items()))]
    if isinstance(value, list):
        if explode:
            return [(name, text_of(item)) for item in value]
        between = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(style, ",")
        return [(name, between.join(text_of(item) for item in value))]
    return [(name, text_of(value))]


def fields(value, encoding):
    """What a form holds."""
    found = []
    for name, member in (value.items() if isinstance(value, dict) else []):
        about = {key: it for key, it in encoding.get(name, {}).items() if key in ("style", "explode")}
        if isinstance(member, dict) and not about:
            found.append((name, json.dumps(member)))
        elif member is not None:
            found += styled(name, member, about)
    return found


def multipart(value):
    lines = []
    for name, member in (value.items() if isinstance(value, dict) else []):
        for item in member if isinstance(member, list) else [member]:
            nested = isinstance(item, (dict, list))
            if item is None:
                raise Unsatisfied("a part that is null")
            lines += [f"--{BOUNDARY}", f'Content-Disposition: form-data; name="{name}"']
            lines += ["Content-Type: application/json"] if nested else []
            lines += ["", json.dumps(item) if nested else text_of(item)]
    return "\r\n".join(lines + [f"--{BOUNDARY}--", ""])
