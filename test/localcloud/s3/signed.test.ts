import { createHash } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ownerKey, type S3Server, startS3Server } from './s3-server.ts';

let s3: S3Server;
const clients: S3Client[] = [];
const clientWith = (credentials: { accessKeyId: string; secretAccessKey: string }) => {
  const client = new S3Client({
    endpoint: s3.url,
    region: 'us-east-1',
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
  });
  clients.push(client);
  return client;
};

beforeAll(async () => {
  s3 = await startS3Server();
  await clientWith(ownerKey).send(new CreateBucketCommand({ Bucket: 'models' }));
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await s3.close();
});

const Bucket = 'models';
const isUsers = (key: string) => s3.store.isUsers(`s3://models/${key}`);

it('verifies what an SDK signs with the key of the user, whatever the key of the object', async () => {
  const user = clientWith(ownerKey);
  for (const Key of ['plain', "a b/(c)!*'~é+=&?#.tar.gz", '../up', 'x//y']) {
    await user.send(new PutObjectCommand({ Bucket, Key, Body: 'content' }));
    const { Body } = await user.send(new GetObjectCommand({ Bucket, Key }));
    expect([await Body?.transformToString(), isUsers(Key)]).toEqual(['content', true]);
  }
  const Objects = [{ Key: 'plain' }];
  await user.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(s3.store.exists('s3://models/plain')).toBe(false);
});

it('refuses the key of the user with a secret that is not its own', async () => {
  const guessing = clientWith({ ...ownerKey, secretAccessKey: 'guessed' });
  await expect(guessing.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '' }))).rejects.toMatchObject({
    name: 'SignatureDoesNotMatch',
    $metadata: { httpStatusCode: 403 },
  });
  expect(s3.store.exists('s3://models/k')).toBe(false);
});

it('knows of an object whether the user has put it there, however that was', async () => {
  const user = clientWith(ownerKey);
  const stranger = clientWith({ accessKeyId: 'any', secretAccessKey: 'any' });
  await user.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'user' }));
  expect(isUsers('a')).toBe(true);
  await stranger.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'stranger' }));
  expect(isUsers('a')).toBe(false);
  await stranger.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: 'models/../up' }));
  expect(isUsers('b')).toBe(false);
  await user.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: 'models/a' }));
  expect(isUsers('b')).toBe(true);
  for (const [client, expected] of [
    [user, true],
    [stranger, false],
  ] as const) {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'c' }));
    const upload = { Bucket, Key: 'c', UploadId };
    const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'part' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }));
    expect(isUsers('c')).toBe(expected);
  }
});

it('refuses a document that is not the one whose hash was signed', async () => {
  const other = createHash('sha256').update('another').digest('hex');
  const answer = await fetch(`${s3.url}/models?delete`, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/s3/aws4_request',
      'x-amz-content-sha256': other,
    },
    body: '<Delete><Object><Key>a</Key></Object></Delete>',
  });
  expect([answer.status, await answer.text()]).toEqual([
    400,
    expect.stringContaining('XAmzContentSHA256Mismatch'),
  ]);
  expect(s3.store.exists('s3://models/a')).toBe(true);
});
