"""What is in an account, by each service's own listing: the word of boto3 against that of mlbench."""

import functools

import boto3
from botocore.config import Config

client = functools.cache(lambda service: boto3.client(service, config=Config(retries={'mode': 'standard'})))


def everything(named=None):
    """A line for each thing that there is; `named`: only what has this in its name."""
    found = [line for lister in LISTERS for line in lister()]
    return sorted(line for line in found if named is None or named in line)


def pages(service, operation, key, **parameters):
    if not client(service).can_paginate(operation):
        return getattr(client(service), operation)(**parameters).get(key, [])
    found = client(service).get_paginator(operation).paginate(**parameters)
    return [item for page in found for item in page.get(key, [])]


def buckets():
    for bucket in client('s3').list_buckets()['Buckets']:
        name = bucket['Name']
        yield f's3 bucket {name}'
        for item in pages('s3', 'list_objects_v2', 'Contents', Bucket=name):
            yield f"s3 object {name}/{item['Key']}"
        for upload in pages('s3', 'list_multipart_uploads', 'Uploads', Bucket=name):
            yield f"s3 unfinished upload {name}/{upload['Key']}"


def repositories():
    for repository in pages('ecr', 'describe_repositories', 'repositories'):
        name = repository['repositoryName']
        yield f'ecr repository {name}'
        for image in pages('ecr', 'list_images', 'imageIds', repositoryName=name):
            yield f"ecr image {name}@{image.get('imageDigest')}"


def identities():
    for role in pages('iam', 'list_roles', 'Roles'):
        yield f"iam role {role['Path']}{role['RoleName']}"
        for policy in pages('iam', 'list_role_policies', 'PolicyNames', RoleName=role['RoleName']):
            yield f"iam inline policy {role['RoleName']}/{policy}"
    for policy in pages('iam', 'list_policies', 'Policies', Scope='Local'):
        yield f"iam policy {policy['PolicyName']}"


def hosting():
    for kind, key in (('endpoints', 'Endpoint'), ('endpoint_configs', 'EndpointConfig'), ('models', 'Model')):
        for item in pages('sagemaker', f'list_{kind}', f'{key}s'):
            yield f"sagemaker {key} {item[f'{key}Name']}"


def autoscaling():
    of_sagemaker = {'ServiceNamespace': 'sagemaker'}
    scaling = functools.partial(pages, 'application-autoscaling', **of_sagemaker)
    for target in scaling('describe_scalable_targets', 'ScalableTargets'):
        yield f"scalable target {target['ResourceId']}"
    for policy in scaling('describe_scaling_policies', 'ScalingPolicies'):
        yield f"scaling policy {policy['PolicyName']} of {policy['ResourceId']}"
    for action in scaling('describe_scheduled_actions', 'ScheduledActions'):
        yield f"scheduled action {action['ScheduledActionName']} of {action['ResourceId']}"


def functions():
    for function in pages('lambda', 'list_functions', 'Functions'):
        yield f"lambda function {function['FunctionName']}"
    for api in pages('apigatewayv2', 'get_apis', 'Items'):
        yield f"http api {api['Name']}"
    for schedule in pages('scheduler', 'list_schedules', 'Schedules'):
        yield f"schedule {schedule['Name']}"


def observation():
    for group in pages('logs', 'describe_log_groups', 'logGroups'):
        yield f"log group {group['logGroupName']}"
    for alarm in pages('cloudwatch', 'describe_alarms', 'MetricAlarms'):
        yield f"alarm {alarm['AlarmName']}"


LISTERS = (buckets, repositories, identities, hosting, autoscaling, functions, observation)
