"""Endpoints through boto3: variants by weight, changes in place, tags, streams, and what a request may ask for."""

import collections
import os
import time

import botocore.exceptions
from clients import client, shapes

SAMPLE_REQUEST = open(os.environ["SAMPLE_REQUEST"], "rb").read()
BUCKET = "conformance-endpoints"
ROLE = "arn:aws:iam::000000000000:role/mlbench"
NAME = "variants"

s3, sagemaker, runtime = client("s3"), client("sagemaker"), client("sagemaker-runtime")


def main():
    create()
    weights()
    asks()
    streams()
    changes()
    tags()
    delete()
    shapes.assert_conforming()
    print(f"{shapes.checked} responses agree with botocore's service models")


def create():
    s3.create_bucket(Bucket=BUCKET)
    s3.upload_file(os.environ["MODEL_ARCHIVE"], BUCKET, "model.tar.gz")
    sagemaker.create_model(
        ModelName=NAME,
        ExecutionRoleArn=ROLE,
        PrimaryContainer={
            "Image": "000000000000.dkr.ecr.us-east-1.amazonaws.com/mlbench:1",
            "ModelDataUrl": f"s3://{BUCKET}/model.tar.gz",
        },
    )
    config("both", variant("Blue", 3.0), variant("Green", 1.0))
    config("one", variant("Blue", 1.0))
    sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName="both")
    in_service()


def config(name, *variants):
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=list(variants))


def variant(name, weight):
    return {
        "VariantName": name,
        "ModelName": NAME,
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
        "InitialVariantWeight": weight,
    }


def weights():
    described = {each["VariantName"]: each for each in in_service()["ProductionVariants"]}
    assert described["Blue"]["CurrentWeight"] == 3.0 and described["Green"]["CurrentWeight"] == 1.0, described
    served = collections.Counter(invoke()["InvokedProductionVariant"] for _ in range(60))
    assert set(served) == {"Blue", "Green"} and served["Blue"] > served["Green"], served


def asks():
    answer = invoke(TargetVariant="Green", Accept="application/json")
    assert answer["InvokedProductionVariant"] == "Green" and answer["ContentType"] == "application/json", answer
    refused("ValidationError", TargetVariant="Red")
    error = refused("ModelError", Body=b"{not json")
    assert isinstance(error, runtime.exceptions.ModelError), error
    assert error.response["OriginalStatusCode"] == 400 and error.response["OriginalMessage"], error.response
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 424, error.response


def streams():
    answer = runtime.invoke_endpoint_with_response_stream(
        EndpointName=NAME, ContentType="application/json", Body=SAMPLE_REQUEST
    )
    streamed = b"".join(event["PayloadPart"]["Bytes"] for event in answer["Body"])
    assert streamed == invoke()["Body"].read(), streamed


def changes():
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=NAME,
        DesiredWeightsAndCapacities=[
            {"VariantName": "Blue", "DesiredWeight": 0.0},
            {"VariantName": "Green", "DesiredWeight": 1.0, "DesiredInstanceCount": 2},
        ],
    )
    updating = sagemaker.describe_endpoint(EndpointName=NAME)
    assert updating["EndpointStatus"] == "Updating", updating
    try:
        sagemaker.update_endpoint(EndpointName=NAME, EndpointConfigName="one")
        raise AssertionError("an endpoint in progress was updated")
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "ValidationException", error
        assert "Cannot update in-progress endpoint" in error.response["Error"]["Message"], error
    green = next(each for each in in_service()["ProductionVariants"] if each["VariantName"] == "Green")
    assert green["CurrentInstanceCount"] == 2, green
    assert {invoke()["InvokedProductionVariant"] for _ in range(10)} == {"Green"}

    sagemaker.update_endpoint(EndpointName=NAME, EndpointConfigName="one")
    after = in_service()
    assert [each["VariantName"] for each in after["ProductionVariants"]] == ["Blue"], after
    assert after["EndpointConfigName"] == "one", after
    found = sagemaker.list_endpoints(NameContains="vari", StatusEquals="InService")["Endpoints"]
    assert [each["EndpointName"] for each in found] == [NAME], found
    assert sagemaker.list_endpoints(StatusEquals="Failed")["Endpoints"] == []


def tags():
    arn = sagemaker.describe_endpoint(EndpointName=NAME)["EndpointArn"]
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["a"])
    found = [tag for page in sagemaker.get_paginator("list_tags").paginate(ResourceArn=arn) for tag in page["Tags"]]
    assert found == [{"Key": "b", "Value": "2"}], found


def delete():
    sagemaker.delete_endpoint(EndpointName=NAME)
    sagemaker.get_waiter("endpoint_deleted").wait(EndpointName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    for name in ("both", "one"):
        sagemaker.delete_endpoint_config(EndpointConfigName=name)
    sagemaker.delete_model(ModelName=NAME)
    s3.delete_object(Bucket=BUCKET, Key="model.tar.gz")
    s3.delete_bucket(Bucket=BUCKET)


def in_service():
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        endpoint = sagemaker.describe_endpoint(EndpointName=NAME)
        if endpoint["EndpointStatus"] == "InService":
            return endpoint
        assert endpoint["EndpointStatus"] in ("Creating", "Updating"), endpoint
        time.sleep(0.2)
    raise AssertionError(f"it is not in service: {endpoint}")


def invoke(**arguments):
    return runtime.invoke_endpoint(
        **{"EndpointName": NAME, "ContentType": "application/json", "Body": SAMPLE_REQUEST, **arguments}
    )


def refused(code, **arguments):
    try:
        invoke(**arguments)
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error
    raise AssertionError(f"{arguments} was not refused with {code}")


main()
