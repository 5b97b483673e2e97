"""Holds every response to botocore's service model.

botocore parses leniently: it ignores members it does not know and does not miss those it wants. So the raw body is
walked beside the operation's output shape, before botocore parses it.
"""

import json
import xml.etree.ElementTree as ElementTree
from datetime import datetime

import botocore.parsers


class ResponseShapes:
    def __init__(self):
        self.violations: list[str] = []
        self.checked = 0

    def check(self, operation_model, response_dict, customized_response_dict, **_):
        shape = operation_model.output_shape
        if response_dict["status_code"] >= 300 or shape is None:
            return
        protocol = operation_model.service_model.resolved_protocol
        name = operation_model.name
        if protocol in ("json", "smithy-rpc-v2-cbor"):
            self._plain(shape, decode(protocol, response_dict["body"]), name)
        elif protocol in ("query", "rest-xml") and not shape.serialization.get("payload"):
            self._document(operation_model, shape, response_dict["body"], name)
        else:
            return
        self.checked += 1

    def assert_conforming(self):
        assert self.checked > 0, "no response was looked at"
        assert not self.violations, "\n".join(sorted(set(self.violations)))

    def _plain(self, shape, value, path):
        if shape.type_name == "structure":
            if not isinstance(value, dict):
                return self._wrong(path, f"{value!r} is no structure")
            self._members(shape, set(value), path)
            for name, member in value.items():
                if name in shape.members:
                    self._plain(shape.members[name], member, f"{path}.{name}")
        elif shape.type_name == "list":
            if not isinstance(value, list):
                return self._wrong(path, f"{value!r} is no list")
            for item in value:
                self._plain(shape.member, item, f"{path}[]")
        elif shape.type_name == "map":
            if not isinstance(value, dict):
                return self._wrong(path, f"{value!r} is no map")
            for key, item in value.items():
                self._plain(shape.key, key, f"{path}.key")
                self._plain(shape.value, item, f"{path}[{key}]")
        else:
            self._scalar(shape, value, path)

    def _scalar(self, shape, value, path):
        if not isinstance(value, SCALARS[shape.type_name]) or (
            isinstance(value, bool) and shape.type_name != "boolean"
        ):
            self._wrong(path, f"{value!r} is no {shape.type_name}")
        elif shape.type_name == "string" and getattr(shape, "enum", None) and value not in shape.enum:
            self._wrong(path, f"{value!r} is none of {shape.enum}")

    def _members(self, shape, present, path):
        for name in present - set(shape.members):
            self._wrong(path, f"{name} is unknown")
        for name in set(shape.required_members) - present:
            self._wrong(path, f"{name} is required")

    def _document(self, operation_model, shape, body, path):
        if not body:
            return self._members_in_body(shape, set(), path)
        root = ElementTree.fromstring(body)
        wrapper = shape.serialization.get("resultWrapper")
        element = find(root, wrapper) if wrapper else root
        if element is None:
            return self._wrong(path, f"{wrapper} is missing")
        if path == "GetBucketLocation":
            # Its document is the one member itself, which botocore unwraps by a special case.
            return None
        return self._element(shape, element, path)

    def _element(self, shape, element, path):
        if shape.type_name == "structure":
            by_tag = {}
            for name, member in shape.members.items():
                if member.serialization.get("location"):
                    continue
                by_tag[tag_of(name, member)] = (name, member)
            tags = [local(child) for child in element]
            for tag in set(tags) - set(by_tag):
                self._wrong(path, f"{tag} is unknown")
            self._members_in_body(shape, {by_tag[tag][0] for tag in tags if tag in by_tag}, path)
            for child in element:
                if local(child) in by_tag:
                    name, member = by_tag[local(child)]
                    inner = member.member if is_flat_list(member) else member
                    self._element(inner, child, f"{path}.{name}")
        elif shape.type_name == "list":
            wanted = shape.member.serialization.get("name", "member")
            for child in element:
                if local(child) != wanted:
                    self._wrong(path, f"{local(child)} stands where {wanted} is wanted")
                self._element(shape.member, child, f"{path}[]")
        elif shape.type_name == "map":
            for entry in element:
                if [local(child) for child in entry] != ["key", "value"]:
                    self._wrong(path, "an entry is not a key and a value")
        else:
            self._text(shape, element.text or "", path)

    def _text(self, shape, text, path):
        try:
            if shape.type_name in ("integer", "long"):
                int(text)
            elif shape.type_name in ("double", "float"):
                float(text)
            elif shape.type_name == "boolean" and text not in ("true", "false"):
                raise ValueError
            elif shape.type_name == "timestamp":
                datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            self._wrong(path, f"{text!r} is no {shape.type_name}")

    def _members_in_body(self, shape, present, path):
        in_body = {name for name, member in shape.members.items() if not member.serialization.get("location")}
        for name in (set(shape.required_members) & in_body) - present:
            self._wrong(path, f"{name} is required")

    def _wrong(self, path, what):
        self.violations.append(f"{path}: {what}")


NUMBERS = (int, float)
SCALARS = {
    "string": str,
    "character": str,
    "blob": (str, bytes),
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": NUMBERS,
    "double": NUMBERS,
    "timestamp": (*NUMBERS, datetime),
}


def decode(protocol, body):
    if protocol == "json":
        return json.loads(body or b"{}")
    parser = botocore.parsers.RpcV2CBORParser()
    return parser.parse_data_item(parser.get_peekable_stream_from_bytes(body)) if body else {}


def find(root, name):
    return next((child for child in root if local(child) == name), None)


def local(element):
    return element.tag.rpartition("}")[2]


def is_flat_list(shape):
    return shape.type_name == "list" and shape.serialization.get("flattened", False)


def tag_of(name, shape):
    if is_flat_list(shape):
        return shape.member.serialization.get("name") or shape.serialization.get("name", name)
    return shape.serialization.get("name", name)
