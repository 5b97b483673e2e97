"""CloudWatch Logs as somebody else's program reads it: what an endpoint's containers said, and groups of one's own."""

import os

from clients import client, shapes

NAME = "conformance-logs"
GROUP = f"/aws/sagemaker/Endpoints/{NAME}"
OWN = "/mine/conformance"

s3, sagemaker, logs = (client(service) for service in ("s3", "sagemaker", "logs"))


def main():
    create()
    read()
    narrow()
    own_group()
    refusals()
    delete()
    shapes.assert_conforming()
    print(f"{shapes.checked} responses agree with botocore's service models")


def create():
    s3.create_bucket(Bucket=NAME)
    s3.upload_file(os.environ["MODEL_ARCHIVE"], NAME, "model.tar.gz")
    sagemaker.create_model(
        ModelName=NAME,
        ExecutionRoleArn="arn:aws:iam::000000000000:role/mlbench",
        PrimaryContainer={
            "Image": "000000000000.dkr.ecr.us-east-1.amazonaws.com/mlbench:1",
            "ModelDataUrl": f"s3://{NAME}/model.tar.gz",
        },
    )
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": NAME,
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 2,
    }
    sagemaker.create_endpoint_config(EndpointConfigName=NAME, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
    sagemaker.get_waiter("endpoint_in_service").wait(
        EndpointName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )


def read():
    """SageMaker's names: a group an endpoint, a stream an instance of a variant."""
    groups = logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    assert [group["logGroupName"] for group in groups] == [GROUP], groups
    assert groups[0]["storedBytes"] > 0, groups
    streams = [
        stream["logStreamName"]
        for page in logs.get_paginator("describe_log_streams").paginate(
            logGroupName=GROUP, PaginationConfig={"PageSize": 1}
        )
        for stream in page["logStreams"]
    ]
    assert len(streams) == 2 and all(name.startswith("AllTraffic/i-") for name in streams), streams
    events = [
        event
        for page in logs.get_paginator("filter_log_events").paginate(
            logGroupName=GROUP, PaginationConfig={"PageSize": 1}
        )
        for event in page["events"]
    ]
    assert {event["logStreamName"] for event in events} == set(streams), events
    assert len({event["eventId"] for event in events}) == len(events), events
    times = [event["timestamp"] for event in events]
    assert times == sorted(times), times
    for name in streams:
        said = "\n".join(event["message"] for event in events if event["logStreamName"] == name)
        assert '"event":"listening"' in said and '"event":"model-loaded"' in said, said
        head = logs.get_log_events(logGroupName=GROUP, logStreamName=name, startFromHead=True, limit=1)
        assert len(head["events"]) == 1, head
        end = logs.get_log_events(logGroupName=GROUP, logStreamName=name, nextToken=head["nextForwardToken"])
        again = logs.get_log_events(logGroupName=GROUP, logStreamName=name, nextToken=end["nextForwardToken"])
        assert again["events"] == [] and again["nextForwardToken"] == end["nextForwardToken"], again


def narrow():
    loaded = logs.filter_log_events(logGroupName=GROUP, filterPattern='"model-loaded"')["events"]
    assert len(loaded) == 2, loaded
    one = loaded[0]["logStreamName"]
    assert len(logs.filter_log_events(logGroupName=GROUP, logStreamNames=[one], filterPattern="loaded")["events"]) == 1
    later = max(event["timestamp"] for event in loaded) + 3_600_000
    assert logs.filter_log_events(logGroupName=GROUP, startTime=later)["events"] == []
    identified = logs.filter_log_events(logGroupIdentifier=group_arn(), filterPattern='"model-loaded"')["events"]
    assert len(identified) == 2, identified


def own_group():
    logs.create_log_group(logGroupName=OWN, tags={"owner": "me"})
    logs.put_retention_policy(logGroupName=OWN, retentionInDays=14)
    group = logs.describe_log_groups(logGroupNamePattern="MINE")["logGroups"][0]
    assert group["retentionInDays"] == 14 and group["logGroupClass"] == "STANDARD", group
    assert logs.list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"] == {"owner": "me"}
    refused("ResourceAlreadyExistsException", logs.create_log_group, logGroupName=OWN)
    logs.delete_log_group(logGroupName=OWN)
    refused("ResourceNotFoundException", logs.delete_log_group, logGroupName=OWN)


def refusals():
    refused("ResourceNotFoundException", logs.filter_log_events, logGroupName="none")
    refused("ResourceNotFoundException", logs.get_log_events, logGroupName=GROUP, logStreamName="none")
    refused("InvalidParameterException", logs.filter_log_events, logGroupName=GROUP, filterPattern="{ $.event = 1 }")
    refused("InvalidParameterException", logs.filter_log_events, logGroupName=GROUP, filterPattern="model-loaded")
    refused("InvalidParameterException", logs.filter_log_events, logGroupName=GROUP, nextToken="nonsense")
    refused("InvalidParameterException", logs.put_retention_policy, logGroupName=GROUP, retentionInDays=2)


def delete():
    """What was said outlives the endpoint."""
    sagemaker.delete_endpoint(EndpointName=NAME)
    sagemaker.get_waiter("endpoint_deleted").wait(
        EndpointName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    assert logs.filter_log_events(logGroupName=GROUP, filterPattern='"stopped"')["events"]
    sagemaker.delete_endpoint_config(EndpointConfigName=NAME)
    sagemaker.delete_model(ModelName=NAME)
    logs.delete_log_group(logGroupName=GROUP)


def group_arn():
    return logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"][0]["logGroupArn"]


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except logs.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        assert isinstance(error, getattr(logs.exceptions, code)), error
        return
    raise AssertionError(f"{call.__name__} was not refused")


main()
