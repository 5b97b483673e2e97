"""The checker of requests itself: what it must find in requests made wrong on purpose, and that it passes right ones."""

import base64
import json

from request_shapes import problems, routes


def call(service, operation, body='', url='/', headers=None):
    encoded = base64.b64encode((body if isinstance(body, str) else json.dumps(body)).encode()).decode()
    return {'service': service, 'operation': operation, 'url': url, 'headers': headers or {}, 'body': encoded}


def accepts(*arguments, **more):
    found = problems(call(*arguments, **more))
    assert found == [], found


def refuses(fragment, *arguments, **more):
    found = '\n'.join(problems(call(*arguments, **more)))
    assert fragment in found, f'{fragment!r} was not found in {found!r}'


model = {'ModelName': 'm', 'ExecutionRoleArn': 'arn:aws:iam::123456789012:role/r'}
accepts('sagemaker', 'CreateModel', model)
refuses('ModelName', 'sagemaker', 'CreateModel', {})
refuses('does not match', 'sagemaker', 'CreateModel', {**model, 'ModelName': 'm_'})
refuses('Moodel', 'sagemaker', 'CreateModel', {**model, 'Moodel': 1})
refuses('is none of', 'application-autoscaling', 'RegisterScalableTarget', {
    'ServiceNamespace': 'sagemakers', 'ResourceId': 'e', 'ScalableDimension': 'sagemaker:variant:DesiredInstanceCount'})

role = 'Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument=%7B%7D'
accepts('iam', 'CreateRole', f'{role}&Tags.member.1.Key=k&Tags.member.1.Value=v')
refuses('"Value"', 'iam', 'CreateRole', f'{role}&Tags.member.1.Key=k')
refuses('does not match', 'iam', 'CreateRole', role.replace('RoleName=r', 'RoleName=a%2Fb'))

accepts('lambda', 'GetFunction', url='/2015-03-31/functions/f')
refuses('"Role"', 'lambda', 'CreateFunction', {'FunctionName': 'f', 'Code': {}}, url='/2015-03-31/functions')
accepts('apigatewayv2', 'CreateApi', {'name': 'a', 'protocolType': 'HTTP'}, url='/v2/apis')
refuses('is none of', 'apigatewayv2', 'CreateApi', {'name': 'a', 'protocolType': 'FTP'}, url='/v2/apis')

accepts('s3', 'PutBucketTagging', '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>', url='/b?tagging')
refuses('"Value"', 's3', 'PutBucketTagging', '<Tagging><TagSet><Tag><Key>k</Key></Tag></TagSet></Tagging>', url='/b?tagging')

assert routes()['targets']['SageMaker'] == 'sagemaker'
print('the checker finds what it should')
