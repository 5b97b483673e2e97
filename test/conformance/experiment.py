"""The whole experiment as somebody else's program: create, load, watch it scale, read it back, delete."""

import contextlib
import datetime
import os
import threading
import time

from clients import client, shapes

MODEL_ARCHIVE = os.environ["MODEL_ARCHIVE"]
SAMPLE_REQUEST = open(os.environ["SAMPLE_REQUEST"], "rb").read()
NAME = "conformance"
VARIANT = "AllTraffic"
BUCKET = "conformance-models"
ROLE = "arn:aws:iam::000000000000:role/mlbench"
TARGET = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": f"endpoint/{NAME}/variant/{VARIANT}",
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}

s3, sagemaker, runtime = client("s3"), client("sagemaker"), client("sagemaker-runtime")
scaling, cloudwatch = client("application-autoscaling"), client("cloudwatch")


def main():
    create()
    started = cloud_now()
    with traffic():
        activity = eventually("a scale-out", scaled_out)
        eventually("more instances", lambda: variant()["CurrentInstanceCount"] > 1)
        metrics = eventually("metrics", lambda: read_metrics(started))
    check_activity(activity)
    check_alarms()
    check_metrics(metrics)
    delete()
    shapes.assert_conforming()
    print(f"{shapes.checked} responses agree with botocore's service models")


def create():
    s3.create_bucket(Bucket=BUCKET)
    s3.upload_file(MODEL_ARCHIVE, BUCKET, "models/model.tar.gz")
    model = sagemaker.create_model(
        ModelName=NAME,
        ExecutionRoleArn=ROLE,
        PrimaryContainer={
            "Image": "000000000000.dkr.ecr.us-east-1.amazonaws.com/mlbench:1",
            "ModelDataUrl": f"s3://{BUCKET}/models/model.tar.gz",
        },
        Tags=[{"Key": "mlbench:experiment", "Value": NAME}],
    )
    assert model["ModelArn"].endswith(f":model/{NAME}"), model
    sagemaker.create_endpoint_config(
        EndpointConfigName=NAME,
        ProductionVariants=[
            {
                "VariantName": VARIANT,
                "ModelName": NAME,
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 1,
                "InitialVariantWeight": 1.0,
            }
        ],
    )
    endpoint = sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
    sagemaker.get_waiter("endpoint_in_service").wait(
        EndpointName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    described = sagemaker.describe_endpoint(EndpointName=NAME)
    assert described["EndpointStatus"] == "InService", described
    assert described["EndpointArn"] == endpoint["EndpointArn"]
    assert sagemaker.list_tags(ResourceArn=model["ModelArn"])["Tags"][0]["Value"] == NAME
    assert sagemaker.describe_model(ModelName=NAME)["ModelArn"] == model["ModelArn"]
    assert sagemaker.describe_endpoint_config(EndpointConfigName=NAME)["ProductionVariants"]

    scaling.register_scalable_target(**TARGET, MinCapacity=1, MaxCapacity=3)
    policy = scaling.put_scaling_policy(
        **TARGET,
        PolicyName="track",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 20.0,
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"
            },
            "ScaleOutCooldown": 60,
            "ScaleInCooldown": 60,
        },
    )
    assert len(policy["Alarms"]) == 2, policy
    assert scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"][0]["MaxCapacity"] == 3
    policies = scaling.describe_scaling_policies(ServiceNamespace="sagemaker")["ScalingPolicies"]
    assert policies[0]["PolicyARN"] == policy["PolicyARN"], policies


@contextlib.contextmanager
def traffic():
    """Calls the endpoint all the while: about twenty requests a second."""
    stop = threading.Event()
    failures = []

    def call():
        while not stop.wait(0.05):
            answer = runtime.invoke_endpoint(
                EndpointName=NAME, ContentType="application/json", Accept="application/json", Body=SAMPLE_REQUEST
            )
            if answer["InvokedProductionVariant"] != VARIANT or not answer["Body"].read():
                failures.append(answer)

    caller = threading.Thread(target=call)
    caller.start()
    try:
        yield
    finally:
        stop.set()
        caller.join()
    assert not failures, failures[:3]


def scaled_out():
    activities = scaling.describe_scaling_activities(**TARGET)["ScalingActivities"]
    done = [activity for activity in activities if activity["StatusCode"] == "Successful"]
    return done and done[-1]


def variant():
    return sagemaker.describe_endpoint(EndpointName=NAME)["ProductionVariants"][0]


def read_metrics(started):
    queries = [
        query("invocations", "Invocations", "Sum"),
        query("perInstance", "InvocationsPerInstance", "Sum"),
        query("p50", "ModelLatency", "p50"),
        query("p99", "ModelLatency", "p99"),
        query("overhead", "OverheadLatency", "Average"),
        {"Id": "instances", "Expression": "invocations / perInstance", "Label": "instances that served"},
    ]
    window = {"StartTime": started - datetime.timedelta(minutes=1), "EndTime": cloud_now()}
    pages = cloudwatch.get_paginator("get_metric_data").paginate(MetricDataQueries=queries, **window)
    values = {}
    for page in pages:
        for result in page["MetricDataResults"]:
            values.setdefault(result["Id"], []).extend(result["Values"])
    return values if len(values.get("p99", [])) >= 3 else None


def query(id, metric_name, stat):
    return {
        "Id": id,
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/SageMaker",
                "MetricName": metric_name,
                "Dimensions": [
                    {"Name": "EndpointName", "Value": NAME},
                    {"Name": "VariantName", "Value": VARIANT},
                ],
            },
            "Period": 60,
            "Stat": stat,
        },
    }


def check_metrics(metrics):
    assert all(value >= 0 for value in metrics["invocations"]), metrics
    assert max(metrics["invocations"]) > 20, metrics
    for p50, p99 in zip(metrics["p50"], metrics["p99"]):
        # Microseconds; each emulated instance holds a request for at least 20 ms.
        assert 19_000 < p50 <= p99 < 5_000_000, metrics
    assert all(0.9 <= count <= 3.1 for count in metrics["instances"]), metrics


def check_activity(activity):
    assert activity["Description"].startswith("Setting desired instance count to "), activity
    assert "in state ALARM triggered policy track" in activity["Cause"], activity
    assert activity["ResourceId"] == TARGET["ResourceId"]
    assert activity["EndTime"] >= activity["StartTime"], activity


def check_alarms():
    alarms = cloudwatch.describe_alarms(AlarmNamePrefix="TargetTracking-")["MetricAlarms"]
    high, low = sorted(alarms, key=lambda alarm: alarm["AlarmName"])
    assert "AlarmHigh" in high["AlarmName"] and "AlarmLow" in low["AlarmName"], alarms
    assert (high["Threshold"], low["Threshold"]) == (20.0, 18.0), alarms
    assert (high["EvaluationPeriods"], low["EvaluationPeriods"]) == (3, 15), alarms
    history = []
    for page in cloudwatch.get_paginator("describe_alarm_history").paginate(AlarmName=high["AlarmName"]):
        history.extend(page["AlarmHistoryItems"])
    kinds = {item["HistoryItemType"] for item in history}
    assert {"ConfigurationUpdate", "StateUpdate", "Action"} <= kinds, history
    assert any("to ALARM" in item["HistorySummary"] for item in history), history


def delete():
    scaling.delete_scaling_policy(**TARGET, PolicyName="track")
    assert not cloudwatch.describe_alarms(AlarmNamePrefix="TargetTracking-")["MetricAlarms"]
    scaling.deregister_scalable_target(**TARGET)
    eventually("an endpoint at rest", lambda: sagemaker.describe_endpoint(EndpointName=NAME)["EndpointStatus"] == "InService")
    sagemaker.delete_endpoint(EndpointName=NAME)
    sagemaker.get_waiter("endpoint_deleted").wait(EndpointName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    sagemaker.delete_endpoint_config(EndpointConfigName=NAME)
    sagemaker.delete_model(ModelName=NAME)
    s3.delete_object(Bucket=BUCKET, Key="models/model.tar.gz")
    s3.delete_bucket(Bucket=BUCKET)
    assert not sagemaker.list_endpoints()["Endpoints"]
    assert not sagemaker.list_endpoint_configs()["EndpointConfigs"]
    assert not sagemaker.list_models()["Models"]
    assert not s3.list_buckets()["Buckets"]


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
