/**
 * The IAM action that allows a call: mostly called as the operation is.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 * @param prefix the service's in IAM: `sagemaker`
 */
export function iamAction(prefix: string, operation: string): string {
  const others = { s3: s3Actions[operation], apigateway: httpVerb(operation) };
  return `${prefix}:${others[prefix as keyof typeof others] ?? operation}`;
}

/** API Gateway's actions are the verbs of HTTP. */
function httpVerb(operation: string): string | undefined {
  const verbs: Record<string, string> = { Create: 'POST', Get: 'GET', Update: 'PATCH', Delete: 'DELETE' };
  return verbs[/^[A-Z][a-z]+/.exec(operation)?.[0] ?? ''];
}

const s3Actions: Record<string, string> = {
  HeadBucket: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  HeadObject: 'GetObject',
  DeleteObjects: 'DeleteObject',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  GetBucketEncryption: 'GetEncryptionConfiguration',
};
