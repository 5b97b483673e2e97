"""Holds the requests that mlbench really sent to botocore's service models.

moto answers much without looking at it, and much not at all; AWS refuses what lacks a member, is too long or matches no
pattern. So each request is read back from the wire into parameters, by the operation's input shape, and validated.
"""

import base64
import functools
import json
import re
import xml.etree.ElementTree as ElementTree
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

import botocore.session
from botocore.validate import ParamValidator

SERVICES = (
    's3 lambda apigatewayv2 scheduler sagemaker-runtime sagemaker application-autoscaling cloudwatch ecr iam sts logs '
    'resourcegroupstaggingapi service-quotas pricing'
).split()

session = botocore.session.Session()
model_of = functools.cache(session.get_service_model)


def routes():
    """How a request tells its operation: a target's prefix, a form's service, or method and path."""
    models = {service: model_of(service) for service in SERVICES}
    return {
        'targets': {
            model.metadata['targetPrefix']: service
            for service, model in models.items()
            if 'targetPrefix' in model.metadata
        },
        'forms': {model.signing_name: service for service, model in models.items() if speaks(model) == 'query'},
        'paths': [
            {
                'service': service,
                'signedFor': model.signing_name,
                'operation': name,
                'method': model.operation_model(name).http['method'],
                'uri': model.operation_model(name).http['requestUri'],
            }
            for service, model in models.items()
            if speaks(model).startswith('rest')
            for name in model.operation_names
        ],
    }


def problems(call):
    """What AWS would refuse in a call: `{service, operation, url, headers, body}`, the body in base64."""
    operation = model_of(call['service']).operation_model(call['operation'])
    subject = f"{call['service']} {call['operation']}"
    try:
        parameters = read_back(operation, call)
    except Unreadable as error:
        return [f'{subject}: {error}']
    shape = operation.input_shape
    if shape is None:
        return []
    report = ParamValidator().validate(parameters, shape)
    lines = report.generate_report().splitlines() if report.has_errors() else []
    return [f'{subject}: {line}' for line in [*lines, *contents(shape, parameters, subject)]]


class Unreadable(Exception):
    pass


def speaks(model):
    protocols = model.metadata.get('protocols', [])
    return 'json' if 'json' in protocols else model.metadata['protocol']


def read_back(operation, call):
    shape = operation.input_shape
    body = base64.b64decode(call['body'])
    match speaks(operation.service_model):
        case 'json':
            return json.loads(body)
        case 'query':
            return of_form(shape, dict(parse_qsl(body.decode(), keep_blank_values=True)), '') or {}
        case _:
            return of_rest(operation, call, body)


def of_form(shape, form, prefix):
    """https://smithy.io/2.0/aws/protocols/aws-query-protocol.html; undefined is None."""
    if shape.type_name == 'structure':
        join = f'{prefix}.' if prefix else ''
        read = {
            name: of_form(member, form, join + member.serialization.get('name', name))
            for name, member in shape.members.items()
        }
        known = {name: value for name, value in read.items() if value is not None}
        return known or None
    if shape.type_name == 'list':
        item = shape.member.serialization.get('name', 'member')
        root = prefix if shape.serialization.get('flattened') else f'{prefix}.{item}'
        count = len({key[len(root) + 1 :].split('.')[0] for key in form if key.startswith(f'{root}.')})
        return [of_form(shape.member, form, f'{root}.{index + 1}') for index in range(count)] or None
    text = form.get(prefix)
    return None if text is None else scalar(shape, text)


def of_rest(operation, call, body):
    shape = operation.input_shape
    split = urlsplit(call['url'])
    query = parse_qs(split.query, keep_blank_values=True)
    template = re.sub(r'\{(\w+)\+?\}', r'(?P<\1>.+?)', operation.http['requestUri'].split('?')[0].rstrip('/'))
    found = re.fullmatch(template + '/?', split.path)
    if not found:
        raise Unreadable(f'{split.path} is not {operation.http["requestUri"]}')
    parameters = {}
    inside = {}
    for name, member in (shape.members if shape else {}).items():
        at = member.serialization.get('name', name)
        match member.serialization.get('location'):
            case 'uri':
                parameters[name] = scalar(member, unquote(found[at]))
            case 'querystring' if member.type_name == 'map':
                pass
            case 'querystring' if at in query:
                listed = member.type_name == 'list'
                parameters[name] = query[at] if listed else scalar(member, query[at][0])
            case 'header' if at.lower() in call['headers']:
                parameters[name] = scalar(member, call['headers'][at.lower()])
            case None:
                inside[name] = member
    payload = shape.serialization.get('payload') if shape else None
    if payload:
        member = shape.members[payload]
        if member.type_name in ('blob', 'string'):
            parameters[payload] = body
        elif body:
            parameters[payload] = document(operation, member, body)
    elif body:
        parameters |= document(operation, shape, body, inside)
    return parameters


def document(operation, shape, body, members=None):
    if speaks(operation.service_model) == 'rest-xml':
        return of_element(shape, ElementTree.fromstring(body))
    by_wire_name = {
        member.serialization.get('name', name): name for name, member in (members or shape.members).items()
    }
    return renamed(shape, json.loads(body), by_wire_name)


def renamed(shape, value, by_wire_name=None):
    """REST services' JSON may name members in their own way (`routeKey` for `RouteKey`)."""
    if shape.type_name == 'structure':
        names = by_wire_name or {m.serialization.get('name', name): name for name, m in shape.members.items()}
        return {
            names.get(key, key): renamed(shape.members[names[key]], item) if key in names else item
            for key, item in value.items()
        }
    if shape.type_name == 'list':
        return [renamed(shape.member, item) for item in value]
    if shape.type_name == 'map':
        return {key: renamed(shape.value, item) for key, item in value.items()}
    return value


def of_element(shape, element):
    if shape.type_name != 'structure':
        return scalar(shape, element.text or '')
    by_tag = {member.serialization.get('name', name): (name, member) for name, member in shape.members.items()}
    read = {}
    for child in element:
        tag = child.tag.split('}')[-1]
        name, member = by_tag.get(tag, (tag, None))
        if member is None:
            read[name] = child.text
        elif member.type_name != 'list':
            read[name] = of_element(member, child)
        elif member.serialization.get('flattened'):
            read.setdefault(name, []).append(of_element(member.member, child))
        else:
            read[name] = [of_element(member.member, item) for item in child]
    return read


def scalar(shape, text):
    match shape.type_name:
        case 'integer' | 'long':
            return int(text)
        case 'float' | 'double':
            return float(text)
        case 'boolean':
            return text == 'true'
    return text


def contents(shape, value, path):
    """Enumerations and patterns, at which botocore does not look."""
    if shape.type_name == 'structure' and isinstance(value, dict):
        for name, item in value.items():
            if name in shape.members:
                yield from contents(shape.members[name], item, f'{path}.{name}')
    elif shape.type_name == 'list' and isinstance(value, list):
        for item in value:
            yield from contents(shape.member, item, f'{path}[]')
    elif shape.type_name == 'map' and isinstance(value, dict):
        for key, item in value.items():
            yield from contents(shape.key, key, f'{path}.key')
            yield from contents(shape.value, item, f'{path}[{key}]')
    elif shape.type_name == 'string' and isinstance(value, str):
        allowed = shape.metadata.get('enum')
        pattern = shape.metadata.get('pattern')
        if allowed and value not in allowed:
            yield f'{path}: {value!r} is none of {allowed}'
        if pattern and not matches(pattern, value):
            yield f'{path}: {value!r} does not match {pattern}'


def matches(pattern, value):
    """The models' patterns are Java's; those that Python cannot read are passed over."""
    try:
        return re.fullmatch(pattern, value, re.DOTALL) is not None
    except re.error:
        return True
