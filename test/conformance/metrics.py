"""CloudWatch through boto3, in the protocol named by MLBENCH_PROTOCOL."""

import datetime
import os

from clients import client, shapes

cloudwatch = client("cloudwatch")
NAMESPACE = f"Conformance/{os.environ.get('MLBENCH_PROTOCOL', 'default')}"
DIMENSIONS = [{"Name": "Shop", "Value": "a & b"}]


def main():
    now = cloud_now()
    put(now)
    data(now)
    statistics(now)
    listing()
    alarms()
    errors(now)
    shapes.assert_conforming()
    print(f"{shapes.checked} responses agree with botocore's service models")


def put(now):
    """A thousand data in one call: more than botocore sends uncompressed."""
    sent = []
    cloudwatch.meta.events.register("before-send.cloudwatch.PutMetricData", lambda request, **_: sent.append(request))
    cloudwatch.put_metric_data(
        Namespace=NAMESPACE,
        MetricData=[
            {
                "MetricName": "Latency",
                "Dimensions": DIMENSIONS,
                "Timestamp": now - datetime.timedelta(seconds=number % 300),
                "Value": number + 0.5,
                "Unit": "Milliseconds",
            }
            for number in range(1_000)
        ],
    )
    encoding = sent[0].headers["Content-Encoding"]
    assert encoding in ("gzip", b"gzip"), sent[0].headers
    cloudwatch.put_metric_data(
        Namespace=NAMESPACE,
        MetricData=[
            {"MetricName": "Counted", "Timestamp": now, "Values": [1.0, 5.0], "Counts": [9.0, 1.0]},
            {
                "MetricName": "Set",
                "Timestamp": now,
                "StatisticValues": {"SampleCount": 4, "Sum": 10, "Minimum": 1, "Maximum": 4},
                "StorageResolution": 1,
            },
        ],
    )


def data(now):
    queries = [
        {"Id": stat.lower(), "MetricStat": {"Metric": metric("Latency"), "Period": 60, "Stat": stat}}
        for stat in ("Sum", "SampleCount", "Minimum", "Maximum", "Average", "p50", "p99")
    ]
    queries.append({"Id": "mean", "Expression": "sum / samplecount", "Label": "mean"})
    pages = list(
        cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries,
            **window(now),
            ScanBy="TimestampAscending",
            PaginationConfig={"PageSize": 7},
        )
    )
    assert len(pages) > 1, pages
    values = {}
    for page in pages:
        for result in page["MetricDataResults"]:
            assert len(result["Timestamps"]) == len(result["Values"])
            values.setdefault(result["Id"], []).extend(result["Values"])
    assert sum(values["samplecount"]) == 1_000, values
    assert abs(sum(values["sum"]) - sum(number + 0.5 for number in range(1_000))) < 0.001, values
    assert max(values["maximum"]) == 999.5 and min(values["minimum"]) == 0.5, values
    for mean, average in zip(values["mean"], values["average"]):
        assert abs(mean - average) < 1e-9, values
    for low, high in zip(values["p50"], values["p99"]):
        assert low < high, values


def statistics(now):
    plain = cloudwatch.get_metric_statistics(
        **metric("Latency"), **window(now), Period=600, Statistics=["Sum", "SampleCount"], Unit="Milliseconds"
    )
    assert plain["Label"] == "Latency", plain
    assert sum(point["SampleCount"] for point in plain["Datapoints"]) == 1_000, plain
    assert {point["Unit"] for point in plain["Datapoints"]} == {"Milliseconds"}, plain
    assert abs(max(point["Timestamp"] for point in plain["Datapoints"]) - now).total_seconds() < 1_200, plain
    extended = cloudwatch.get_metric_statistics(
        Namespace=NAMESPACE, MetricName="Counted", **window(now), Period=600, ExtendedStatistics=["p90", "p99.9"]
    )
    percentiles = extended["Datapoints"][0]["ExtendedStatistics"]
    assert percentiles["p90"] == 1.0 and abs(percentiles["p99.9"] - 5.0) < 0.05, extended
    other = cloudwatch.get_metric_statistics(
        **metric("Latency"), **window(now), Period=600, Statistics=["Sum"], Unit="Bytes"
    )
    assert other["Datapoints"] == [], other


def listing():
    pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace=NAMESPACE)
    found = {item["MetricName"]: item["Dimensions"] for page in pages for item in page["Metrics"]}
    assert found == {"Latency": DIMENSIONS, "Counted": [], "Set": []}, found
    nothing = cloudwatch.list_metrics(Namespace=NAMESPACE, Dimensions=[{"Name": "Nothing"}])
    assert nothing["Metrics"] == [], nothing


def alarms():
    name = f"alarm {NAMESPACE}"
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        **metric("Latency"),
        Statistic="Average",
        Period=60,
        EvaluationPeriods=3,
        DatapointsToAlarm=2,
        Threshold=100.5,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="missing",
        ActionsEnabled=False,
        Tags=[{"Key": "mlbench:experiment", "Value": NAMESPACE}, {"Key": "a", "Value": "1"}],
    )
    alarm = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    assert alarm["Threshold"] == 100.5 and alarm["Dimensions"] == DIMENSIONS, alarm
    assert alarm["StateUpdatedTimestamp"].tzinfo, alarm
    arn = alarm["AlarmArn"]
    cloudwatch.untag_resource(ResourceARN=arn, TagKeys=["a"])
    cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "b", "Value": "2"}])
    tags = cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"mlbench:experiment": NAMESPACE, "b": "2"}, tags
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    history = cloudwatch.describe_alarm_history(AlarmName=name, HistoryItemType="StateUpdate")["AlarmHistoryItems"]
    assert history and history[0]["AlarmName"] == name, history
    for_metric = cloudwatch.describe_alarms_for_metric(**metric("Latency"))["MetricAlarms"]
    assert [each["AlarmName"] for each in for_metric] == [name], for_metric
    cloudwatch.delete_alarms(AlarmNames=[name])
    assert cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"] == []


def errors(now):
    refused("InvalidParameterValue", cloudwatch.put_metric_data, Namespace="AWS/Mine", MetricData=[{"MetricName": "A", "Value": 1}])
    refused("MissingParameter", cloudwatch.put_metric_data, Namespace="Mine", MetricData=[{"MetricName": "A"}])
    refused(
        "InvalidParameterCombination",
        cloudwatch.get_metric_statistics,
        **metric("Latency"),
        StartTime=now - datetime.timedelta(days=7),
        EndTime=now,
        Period=60,
        Statistics=["Sum"],
    )
    refused("InvalidNextToken", cloudwatch.list_metrics, NextToken="mine")
    refused(
        "ValidationError",
        cloudwatch.get_metric_data,
        MetricDataQueries=[{"Id": "e1", "Expression": "e1 + 1"}],
        **window(now),
    )
    try:
        cloudwatch.set_alarm_state(AlarmName="nothing", StateValue="OK", StateReason="a test")
        raise AssertionError("it is there")
    except cloudwatch.exceptions.ResourceNotFound:
        pass


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except cloudwatch.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400, error.response
        assert error.response["ResponseMetadata"]["RequestId"], error.response
        return
    raise AssertionError(f"{call.__name__} was not refused with {code}")


def metric(name):
    return {"Namespace": NAMESPACE, "MetricName": name, "Dimensions": DIMENSIONS}


def window(now):
    return {"StartTime": now - datetime.timedelta(minutes=30), "EndTime": now + datetime.timedelta(minutes=30)}


def cloud_now():
    headers = cloudwatch.list_metrics()["ResponseMetadata"]["HTTPHeaders"]
    milliseconds = int(headers["x-mlbench-cloud-time-ms"])
    return datetime.datetime.fromtimestamp(milliseconds / 1_000, datetime.timezone.utc)


main()
