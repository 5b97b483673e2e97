"""What somebody else changes in what an experiment has, such that `up` wants it back."""

import io
import json
import zipfile

from account import client, pages

NOBODY = json.dumps({
    'Version': '2012-10-17',
    'Statement': [{'Effect': 'Deny', 'Principal': {'AWS': '*'}, 'Action': 'sts:AssumeRole'}],
})


def meddle():
    role = 'mlbench-evaluate-us-east-1'
    client('iam').update_role(RoleName=role, Description='theirs')
    client('iam').update_assume_role_policy(RoleName=role, PolicyDocument=NOBODY)
    function = 'mlbench-evaluate'
    code = io.BytesIO()
    with zipfile.ZipFile(code, 'w') as archive:
        archive.writestr('index.mjs', 'export const handler = () => {};')
    client('lambda').update_function_code(FunctionName=function, ZipFile=code.getvalue())
    client('lambda').update_function_configuration(FunctionName=function, MemorySize=128)
    statements = json.loads(client('lambda').get_policy(FunctionName=function)['Policy'])['Statement']
    for statement in statements:
        client('lambda').remove_permission(FunctionName=function, StatementId=statement['Sid'])
        client('lambda').add_permission(
            FunctionName=function,
            StatementId=statement['Sid'],
            Action='lambda:InvokeFunction',
            Principal='apigateway.amazonaws.com',
            SourceArn='arn:aws:execute-api:us-east-1:123456789012:other/*',
        )
    for api in pages('apigatewayv2', 'get_apis', 'Items'):
        of_api = {'ApiId': api['ApiId']}
        for integration in pages('apigatewayv2', 'get_integrations', 'Items', **of_api):
            client('apigatewayv2').update_integration(
                IntegrationId=integration['IntegrationId'],
                IntegrationUri='arn:aws:lambda:us-east-1:123456789012:function:other',
                **of_api,
            )
        for route in pages('apigatewayv2', 'get_routes', 'Items', **of_api):
            client('apigatewayv2').update_route(RouteId=route['RouteId'], Target='integrations/other', **of_api)
    client('logs').put_retention_policy(logGroupName='/aws/lambda/mlbench-evaluate', retentionInDays=1)
