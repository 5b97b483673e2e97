"""boto3 clients for the stand-in named by AWS_ENDPOINT_URL, each response held to botocore's own service model.

MLBENCH_PROTOCOL (smithy-rpc-v2-cbor, json, query) makes botocore speak that protocol to CloudWatch, as its older
versions do; without it botocore chooses.
"""

import os

import botocore.config
import botocore.loaders
import botocore.session
import boto3

from response_shapes import ResponseShapes

shapes = ResponseShapes()


def make_session() -> boto3.Session:
    session = botocore.session.Session()
    session.register("before-parse", shapes.check)
    protocol = os.environ.get("MLBENCH_PROTOCOL")
    if protocol:
        session.register_component("data_loader", OneProtocol(session.get_component("data_loader"), protocol))
    return boto3.Session(botocore_session=session)


class OneProtocol:
    """botocore's loader, but CloudWatch's service model allows one protocol only."""

    def __init__(self, loader: botocore.loaders.Loader, protocol: str):
        self._loader = loader
        self._protocol = protocol

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def load_service_model(self, service_name, type_name, api_version=None):
        model = self._loader.load_service_model(service_name, type_name, api_version)
        if service_name == "cloudwatch" and type_name == "service-2":
            metadata = {**model["metadata"], "protocol": self._protocol, "protocols": [self._protocol]}
            return {**model, "metadata": metadata}
        return model


session = make_session()


def client(service: str):
    # No retries: a test should see the first answer.
    config = botocore.config.Config(retries={"total_max_attempts": 1})
    return session.client(service, config=config)
