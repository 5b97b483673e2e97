import { expect, it } from 'vitest';
import { iamActionOf } from '../../../src/resources/sdk/iam-actions.ts';

it.each([
  ['sagemaker', 'CreateModel', 'sagemaker:CreateModel'],
  ['s3', 'PutBucketTagging', 's3:PutBucketTagging'],
  ['s3', 'HeadBucket', 's3:ListBucket'],
  ['s3', 'UploadPart', 's3:PutObject'],
  ['apigateway', 'CreateStage', 'apigateway:POST'],
  ['apigateway', 'UpdateStage', 'apigateway:PATCH'],
])('%s %s is allowed by %s', (prefix, operation, action) => {
  expect(iamActionOf(prefix, operation)).toBe(action);
});
