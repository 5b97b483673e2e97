"""Step scaling and scheduled actions as somebody else's program sees them: put, act, describe, delete."""

import datetime
import os
import time

from clients import client, shapes

NAME = "conformance-policies"
VARIANT = "AllTraffic"
TARGET = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": f"endpoint/{NAME}/variant/{VARIANT}",
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}
STEPS = {
    "AdjustmentType": "PercentChangeInCapacity",
    "StepAdjustments": [
        {"MetricIntervalLowerBound": 0.0, "MetricIntervalUpperBound": 10.0, "ScalingAdjustment": 50},
        {"MetricIntervalLowerBound": 10.0, "ScalingAdjustment": 200},
    ],
    "MinAdjustmentMagnitude": 1,
    "Cooldown": 60,
    "MetricAggregationType": "Maximum",
}

s3, sagemaker, scaling, cloudwatch = (
    client(service) for service in ("s3", "sagemaker", "application-autoscaling", "cloudwatch")
)


def main():
    create()
    policy_arn = put_steps()
    scale_by_steps(policy_arn)
    schedule()
    refusals()
    delete(policy_arn)
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
        "VariantName": VARIANT,
        "ModelName": NAME,
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }
    sagemaker.create_endpoint_config(EndpointConfigName=NAME, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
    sagemaker.get_waiter("endpoint_in_service").wait(
        EndpointName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    scaling.register_scalable_target(**TARGET, MinCapacity=1, MaxCapacity=4)


def put_steps():
    put = scaling.put_scaling_policy(
        **TARGET, PolicyName="steps", PolicyType="StepScaling", StepScalingPolicyConfiguration=STEPS
    )
    assert put["Alarms"] == [], put
    cloudwatch.put_metric_alarm(
        AlarmName="queue-is-long",
        Namespace="Conformance",
        MetricName="Queue",
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=10,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[put["PolicyARN"]],
    )
    [policy] = scaling.describe_scaling_policies(ServiceNamespace="sagemaker", PolicyNames=["steps"])[
        "ScalingPolicies"
    ]
    assert policy["PolicyType"] == "StepScaling", policy
    assert policy["StepScalingPolicyConfiguration"] == STEPS, policy
    assert [alarm["AlarmName"] for alarm in policy["Alarms"]] == ["queue-is-long"], policy
    return put["PolicyARN"]


def scale_by_steps(policy_arn):
    """15 over the threshold of 10: 200 % of one instance, so three."""

    def scaled():
        cloudwatch.put_metric_data(Namespace="Conformance", MetricData=[{"MetricName": "Queue", "Value": 25}])
        return instances() == 3

    eventually("three instances", scaled)
    cloudwatch.put_metric_data(Namespace="Conformance", MetricData=[{"MetricName": "Queue", "Value": 0}])
    done = eventually("a successful activity", lambda: by_status("Successful"))
    assert done[-1]["Description"] == "Setting desired instance count to 3.", done
    assert done[-1]["Cause"] == "monitor alarm queue-is-long in state ALARM triggered policy steps", done
    history = cloudwatch.describe_alarm_history(AlarmName="queue-is-long", HistoryItemType="Action")
    assert policy_arn in history["AlarmHistoryItems"][-1]["HistorySummary"], history


def schedule():
    # Whatever the alarm still does may not be mistaken for what the schedule does.
    cloudwatch.disable_alarm_actions(AlarmNames=["queue-is-long"])
    eventually("an endpoint at rest", at_rest)
    at = (cloud_now() + datetime.timedelta(minutes=3)).astimezone(datetime.timezone(datetime.timedelta(hours=-9)))
    scaling.put_scheduled_action(
        **TARGET,
        ScheduledActionName="down",
        Schedule=f"at({at:%Y-%m-%dT%H:%M:%S})",
        Timezone="Etc/GMT+9",
        ScalableTargetAction={"MinCapacity": 1, "MaxCapacity": 2},
    )
    scaling.put_scheduled_action(
        **TARGET,
        ScheduledActionName="mornings",
        Schedule="cron(0 8 ? * MON-FRI 2199)",
        Timezone="Europe/Berlin",
        EndTime=datetime.datetime(2199, 12, 31, tzinfo=datetime.timezone.utc),
        ScalableTargetAction={"MinCapacity": 2},
    )
    pages = scaling.get_paginator("describe_scheduled_actions").paginate(
        ServiceNamespace="sagemaker", PaginationConfig={"PageSize": 1}
    )
    actions = [action for page in pages for action in page["ScheduledActions"]]
    assert [action["ScheduledActionName"] for action in actions] == ["down", "mornings"], actions
    assert actions[1]["ScalableTargetAction"] == {"MinCapacity": 2}, actions
    eventually("two instances", lambda: instances() == 2)
    texts = [(activity["Description"], activity["Cause"]) for activity in activities()[:2]]
    assert texts == [
        ("Setting desired instance count to 2.", "maximum capacity was set to 2"),
        ("Setting min capacity to 1 and max capacity to 2", "scheduled action name down was triggered"),
    ], texts
    [target] = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    assert target["MaxCapacity"] == 2, target


def refusals():
    gap = {**STEPS, "StepAdjustments": [STEPS["StepAdjustments"][0], {"MetricIntervalLowerBound": 20.0, "ScalingAdjustment": 1}]}
    refused(
        scaling.exceptions.ValidationException,
        lambda: scaling.put_scaling_policy(
            **TARGET, PolicyName="gap", PolicyType="StepScaling", StepScalingPolicyConfiguration=gap
        ),
        "gap",
    )
    refused(
        scaling.exceptions.ValidationException,
        lambda: scaling.put_scheduled_action(
            **TARGET,
            ScheduledActionName="never",
            Schedule="cron(0 8 * * *)",
            ScalableTargetAction={"MinCapacity": 1},
        ),
        "cron(0 8 * * *)",
    )
    refused(
        scaling.exceptions.ObjectNotFoundException,
        lambda: scaling.delete_scheduled_action(**TARGET, ScheduledActionName="never"),
        "never",
    )


def delete(policy_arn):
    scaling.delete_scheduled_action(**TARGET, ScheduledActionName="mornings")
    scaling.delete_scaling_policy(**TARGET, PolicyName="steps")
    [alarm] = cloudwatch.describe_alarms(AlarmNames=["queue-is-long"])["MetricAlarms"]
    assert policy_arn not in alarm["AlarmActions"], alarm
    cloudwatch.delete_alarms(AlarmNames=["queue-is-long"])
    scaling.deregister_scalable_target(**TARGET)
    assert not scaling.describe_scheduled_actions(ServiceNamespace="sagemaker")["ScheduledActions"]
    eventually("an endpoint at rest", at_rest)
    sagemaker.delete_endpoint(EndpointName=NAME)
    sagemaker.get_waiter("endpoint_deleted").wait(EndpointName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    sagemaker.delete_endpoint_config(EndpointConfigName=NAME)
    sagemaker.delete_model(ModelName=NAME)
    s3.delete_object(Bucket=NAME, Key="model.tar.gz")
    s3.delete_bucket(Bucket=NAME)


def activities():
    return scaling.describe_scaling_activities(**TARGET)["ScalingActivities"]


def by_status(status):
    return [activity for activity in activities() if activity["StatusCode"] == status]


def instances():
    return sagemaker.describe_endpoint(EndpointName=NAME)["ProductionVariants"][0]["CurrentInstanceCount"]


def at_rest():
    return sagemaker.describe_endpoint(EndpointName=NAME)["EndpointStatus"] == "InService"


def refused(error, call, fragment):
    try:
        call()
    except error as caught:
        assert fragment in caught.response["Error"]["Message"], caught
        return
    raise AssertionError(f"{error.__name__} was expected")


def cloud_now():
    """The stand-in's clock runs faster than ours; every response tells it."""
    headers = sagemaker.list_endpoints()["ResponseMetadata"]["HTTPHeaders"]
    milliseconds = int(headers["x-mlbench-cloud-time-ms"])
    return datetime.datetime.fromtimestamp(milliseconds / 1_000, datetime.timezone.utc)


def eventually(what, look, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what} did not come within {seconds} s")


main()
