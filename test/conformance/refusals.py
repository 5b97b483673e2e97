"""What SageMaker and Application Auto Scaling refuse, as boto3 programs catch it; and their paginators."""

import botocore.exceptions
from clients import client, session, shapes

ROLE = "arn:aws:iam::000000000000:role/mlbench"
IMAGE = "000000000000.dkr.ecr.us-east-1.amazonaws.com/mlbench:1"
TARGET = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": "endpoint/nothing/variant/AllTraffic",
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}

sagemaker, runtime, scaling = client("sagemaker"), client("sagemaker-runtime"), client("application-autoscaling")


def main():
    what_is_missing()
    what_is_wrong()
    pages()
    unsigned_and_late()
    shapes.assert_conforming()
    print(f"{shapes.checked} responses agree with botocore's service models")


def what_is_missing():
    """SageMaker answers ValidationException where others would say not found."""
    validation("Could not find endpoint", sagemaker.describe_endpoint, EndpointName="nothing")
    validation("Could not find endpoint configuration", sagemaker.describe_endpoint_config, EndpointConfigName="nothing")
    validation("Could not find model", sagemaker.describe_model, ModelName="nothing")
    validation("Could not find endpoint configuration", sagemaker.create_endpoint, EndpointName="e", EndpointConfigName="nothing")
    error = refused("ValidationError", runtime.invoke_endpoint, EndpointName="nothing", Body=b"{}")
    assert isinstance(error, runtime.exceptions.ValidationError), error
    error = refused("ObjectNotFoundException", scaling.deregister_scalable_target, **TARGET)
    assert "No scalable target found for service namespace: sagemaker" in str(error), error
    assert isinstance(error, scaling.exceptions.ObjectNotFoundException), error


def what_is_wrong():
    refused(
        "ValidationException",
        scaling.register_scalable_target,
        **{**TARGET, "ServiceNamespace": "sagemaker", "ScalableDimension": "ecs:service:DesiredCount"},
        MinCapacity=1,
        MaxCapacity=2,
    )
    refused(
        "ValidationException",
        sagemaker.create_endpoint_config,
        EndpointConfigName="wrong",
        ProductionVariants=[{"VariantName": "a", "ModelName": "nothing", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}],
    )


def pages():
    names = [f"model-{number:03}" for number in range(25)]
    for name in names:
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE})
    paginator = sagemaker.get_paginator("list_models")
    options = {"SortBy": "Name", "SortOrder": "Ascending", "PaginationConfig": {"PageSize": 7}}
    found = [model["ModelName"] for page in paginator.paginate(**options) for model in page["Models"]]
    assert found == names, found
    assert len(sagemaker.list_models(NameContains="-02")["Models"]) == 5
    refused("ValidationException", sagemaker.create_model, ModelName=names[0], ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE})
    for name in names:
        sagemaker.delete_model(ModelName=name)


def unsigned_and_late():
    """A request without a signature, or signed long ago, is refused in the words of the protocol."""
    unsigned = session.client("sagemaker", config=botocore.config.Config(signature_version=botocore.UNSIGNED))
    refused("MissingAuthenticationTokenException", unsigned.list_models)
    late = client("sagemaker")
    late.meta.events.register("before-send.sagemaker.ListModels", sign_long_ago)
    refused("InvalidSignatureException", late.list_models)


def sign_long_ago(request, **_):
    request.headers["X-Amz-Date"] = "20200101T000000Z"


def validation(message, call, **arguments):
    error = refused("ValidationException", call, **arguments)
    assert message in error.response["Error"]["Message"], error


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error
    raise AssertionError(f"{call.__name__} was not refused with {code}")


main()
