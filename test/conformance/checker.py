"""The shape checker itself: what it must find in responses made wrong on purpose."""

import json

import botocore.session

from response_shapes import ResponseShapes, decode

session = botocore.session.Session()


def violations(service, operation, body):
    shapes = ResponseShapes()
    model = session.get_service_model(service).operation_model(operation)
    shapes.check(model, {"status_code": 200, "body": body}, {})
    assert shapes.checked == 1
    return shapes.violations


def found(service, operation, body, *fragments):
    text = "\n".join(violations(service, operation, body))
    for fragment in fragments:
        assert fragment in text, f"{fragment!r} was not found in {text!r}"


endpoint = {
    "EndpointName": "e",
    "EndpointArn": "arn:aws:sagemaker:us-east-1:000000000000:endpoint/e",
    "CreationTime": 1.5,
    "LastModifiedTime": 2,
    "EndpointStatus": "InService",
}
assert violations("sagemaker", "ListEndpoints", json.dumps({"Endpoints": [endpoint]}).encode()) == []

wrong = {**endpoint, "EndpointStatus": "Asleep", "CreationTime": "yesterday", "Mood": "good"}
del wrong["EndpointArn"]
found(
    "sagemaker",
    "ListEndpoints",
    json.dumps({"Endpoints": [wrong]}).encode(),
    "Mood is unknown",
    "EndpointArn is required",
    "'yesterday' is no timestamp",
    "'Asleep' is none of",
)
found("sagemaker", "ListEndpoints", b'{"Endpoints": {}}', "is no list")
found("sts", "GetCallerIdentity", b"<R><GetCallerIdentityResult><Name>x</Name></GetCallerIdentityResult></R>", "Name is unknown")
found("sts", "GetCallerIdentity", b"<R/>", "GetCallerIdentityResult is missing")
found("s3", "ListObjectsV2", b"<R><Contents><Size>big</Size></Contents></R>", "'big' is no long")
assert decode("smithy-rpc-v2-cbor", bytes([0xA1, 0x67]) + b"Metrics" + bytes([0x81, 0x01])) == {"Metrics": [1]}
found("cloudwatch", "ListMetrics", b'{"Metrics": [1]}', "1 is no structure")
print("the checker finds what it should")
