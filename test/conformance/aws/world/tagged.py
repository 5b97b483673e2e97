"""What the Resource Groups Tagging API would know: everything that carries tags, but for IAM's roles. moto's own answers 500
as soon as there is an endpoint configuration."""

from account import client, pages


def tagged():
    return [{'arn': arn, 'tags': tags} for lister in LISTERS for arn, tags in lister() if tags]


def as_map(tags, key='Key', value='Value'):
    return {tag[key]: tag[value] for tag in tags}


def of_sagemaker():
    for kind in ('Endpoint', 'EndpointConfig', 'Model'):
        operation = {'Endpoint': 'endpoints', 'EndpointConfig': 'endpoint_configs', 'Model': 'models'}[kind]
        for item in pages('sagemaker', f'list_{operation}', f'{kind}s'):
            arn = item[f'{kind}Arn']
            yield arn, as_map(client('sagemaker').list_tags(ResourceArn=arn)['Tags'])


def of_storage():
    for bucket in client('s3').list_buckets()['Buckets']:
        try:
            tags = client('s3').get_bucket_tagging(Bucket=bucket['Name'])['TagSet']
        except client('s3').exceptions.ClientError:
            continue
        yield f"arn:aws:s3:::{bucket['Name']}", as_map(tags)
    for repository in pages('ecr', 'describe_repositories', 'repositories'):
        arn = repository['repositoryArn']
        yield arn, as_map(client('ecr').list_tags_for_resource(resourceArn=arn)['tags'])


def of_the_api():
    for function in pages('lambda', 'list_functions', 'Functions'):
        arn = function['FunctionArn']
        yield arn, client('lambda').list_tags(Resource=arn)['Tags']
    for api in pages('apigatewayv2', 'get_apis', 'Items'):
        yield f"arn:aws:apigateway:us-east-1::/apis/{api['ApiId']}", api.get('Tags', {})


def of_observation():
    for group in pages('logs', 'describe_log_groups', 'logGroups'):
        arn = group['arn'].removesuffix(':*')
        yield arn, client('logs').list_tags_for_resource(resourceArn=arn)['tags']
    for alarm in pages('cloudwatch', 'describe_alarms', 'MetricAlarms'):
        arn = alarm['AlarmArn']
        yield arn, as_map(client('cloudwatch').list_tags_for_resource(ResourceARN=arn)['Tags'])


LISTERS = (of_sagemaker, of_storage, of_the_api, of_observation)
