/**
 * The IAM action that allows a call. Most services name theirs after the call; S3 and API Gateway do not:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
 * @param prefix `s3`
 * @param operation `HeadBucket`
 */
export function iamActionOf(prefix: string, operation: string): string {
  if (prefix === 's3') return `s3:${s3Actions[operation] ?? operation}`;
  if (prefix === 'apigateway') return `apigateway:${httpMethodOf(operation)}`;
  return `${prefix}:${operation}`;
}

const s3Actions: Record<string, string> = {
  HeadBucket: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListBuckets: 'ListAllMyBuckets',
  ListObjectVersions: 'ListBucketVersions',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  ListParts: 'ListMultipartUploadParts',
  HeadObject: 'GetObject',
  DeleteObjects: 'DeleteObject',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  GetBucketEncryption: 'GetEncryptionConfiguration',
};

/** API Gateway's actions are the HTTP methods of its own API. */
function httpMethodOf(operation: string): string {
  if (operation.startsWith('Get')) return 'GET';
  if (operation.startsWith('Delete')) return 'DELETE';
  return operation.startsWith('Update') ? 'PATCH' : 'POST';
}
