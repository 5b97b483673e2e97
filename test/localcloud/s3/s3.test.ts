import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketEncryptionCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  paginateListObjectsV2,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type S3Server, startS3Server } from './s3-server.ts';

let s3: S3Server;
const Bucket = 'models';

beforeAll(async () => {
  s3 = await startS3Server();
});
afterAll(() => s3.close());
beforeEach(async () => {
  await s3.client.send(new CreateBucketCommand({ Bucket }));
});
afterEach(async () => {
  expect(s3.bugs).toEqual([]);
  s3.store.buckets.clear();
  await s3.store.discard([]);
});

const put = (Key: string, Body: string | Uint8Array = 'x', more = {}) =>
  s3.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const text = async (Key: string, more = {}) => {
  const answer = await s3.client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return answer.Body?.transformToString();
};

describe('buckets', () => {
  it('are made, listed, found and removed', async () => {
    await s3.client.send(new CreateBucketCommand({ Bucket: 'another' }));
    const listed = await s3.client.send(new ListBucketsCommand({}));
    expect(listed.Buckets?.map(({ Name }) => Name)).toEqual(['another', 'models']);
    expect(listed.Buckets?.[0]?.CreationDate).toBeInstanceOf(Date);
    await s3.client.send(new DeleteBucketCommand({ Bucket: 'another' }));
    await expect(s3.client.send(new HeadBucketCommand({ Bucket: 'another' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    await s3.client.send(new HeadBucketCommand({ Bucket }));
  });

  it('are not removed while something is in them', async () => {
    await put('a');
    await expect(s3.client.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: 'BucketNotEmpty',
      $metadata: { httpStatusCode: 409 },
    });
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await s3.client.send(new DeleteBucketCommand({ Bucket }));
  });

  it.each(['UPPER', 'a', '-leading', 'two..dots', '10.0.0.1'])('refuse the name %s', async (name) => {
    await expect(s3.client.send(new CreateBucketCommand({ Bucket: name }))).rejects.toThrow();
  });

  it('may be tagged as they are made', async () => {
    const Tags = [{ Key: 'mlbench:experiment', Value: 'a & b' }];
    await s3.client.send(new CreateBucketCommand({ Bucket: 'tagged', CreateBucketConfiguration: { Tags } }));
    const { TagSet } = await s3.client.send(new GetBucketTaggingCommand({ Bucket: 'tagged' }));
    expect(TagSet).toEqual(Tags);
  });

  it('keep their settings', async () => {
    const TagSet = [{ Key: 'mlbench:experiment', Value: 'a & b' }];
    await expect(s3.client.send(new GetBucketTaggingCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchTagSet',
    });
    await s3.client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect((await s3.client.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
    await s3.client.send(
      new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }),
    );
    await s3.client.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
      }),
    );
    const location = await s3.client.send(new GetBucketLocationCommand({ Bucket }));
    expect(location.LocationConstraint).toBeUndefined();
  });
});

describe('objects', () => {
  it('come back byte for byte, with what was said of them', async () => {
    const body = randomBytes(300_000);
    const stored = await put('models/a/model.tar.gz', body, {
      ContentType: 'application/gzip',
      Metadata: { sha: 'abc' },
      CacheControl: 'no-cache',
    });
    expect(stored.ChecksumCRC32).toMatch(/=$/);
    const answer = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'models/a/model.tar.gz' }));
    expect(Buffer.from((await answer.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
    expect(answer).toMatchObject({
      ContentType: 'application/gzip',
      ContentLength: 300_000,
      Metadata: { sha: 'abc' },
      CacheControl: 'no-cache',
      ETag: stored.ETag,
      ChecksumCRC32: stored.ChecksumCRC32,
    });
    expect(await s3.store.read('s3://models/models/a/model.tar.gz')).toHaveLength(300_000);
  });

  it('may be streamed in, with the checksum in a trailer', async () => {
    const body = randomBytes(200_000);
    const pieces = [body.subarray(0, 70_000), body.subarray(70_000, 70_001), body.subarray(70_001)];
    await s3.client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'stream',
        Body: Readable.from(pieces),
        ContentLength: body.length,
        ChecksumAlgorithm: 'CRC32',
      }),
    );
    expect(Buffer.from(await s3.store.read('s3://models/stream')).equals(body)).toBe(true);
    const { ContentEncoding } = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'stream' }));
    expect(ContentEncoding).toBeUndefined();
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'are checked by %s',
    async (ChecksumAlgorithm) => {
      const stored = await put('sum', 'penguins', { ChecksumAlgorithm });
      expect(stored[`Checksum${ChecksumAlgorithm}`]).toBeTruthy();
      expect(await text('sum', { ChecksumMode: 'ENABLED' })).toBe('penguins');
    },
  );

  it.each([
    ['Content-MD5', { ContentMD5: Buffer.alloc(16).toString('base64') }, 'BadDigest'],
    ['a malformed Content-MD5', { ContentMD5: 'AAAA' }, 'InvalidDigest'],
    ['a checksum', { ChecksumCRC32: 'AAAAAA==' }, 'BadDigest'],
  ])('are refused, and leave nothing behind, when %s is wrong', async (_what, claims, name) => {
    const before = s3.files().length;
    await expect(put('wrong', 'penguins', claims)).rejects.toMatchObject({ name });
    expect(s3.store.exists('s3://models/wrong')).toBe(false);
    expect(s3.files()).toHaveLength(before);
  });

  it.each([
    '../../etc/passwd',
    '/leading',
    'a//b',
    'ünï códe 🐧',
    'a+b c%20d?e#f&g',
    'q\'uo"te<>',
    '.',
    ' spaces ',
    'line\nbreak\r',
    '&#xA;&amp;&copy;',
  ])('may be called %j and never leave the folder', async (key) => {
    await put(key, key);
    expect(await text(key)).toBe(key);
    const listed = await s3.client.send(new ListObjectsV2Command({ Bucket }));
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual([key]);
    const encoded = await s3.client.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }));
    expect(decodeURIComponent(encoded.Contents?.[0]?.Key ?? '')).toBe(key);
    expect(s3.files().every((name) => /^[0-9a-f-]{36}$/.test(name))).toBe(true);
    await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: key }] } }));
    expect(s3.store.bucket(Bucket).objects.size).toBe(0);
  });

  it('are given back in part', async () => {
    await put('digits', '0123456789');
    expect(await text('digits', { Range: 'bytes=2-4' })).toBe('234');
    expect(await text('digits', { Range: 'bytes=7-' })).toBe('789');
    expect(await text('digits', { Range: 'bytes=-2' })).toBe('89');
    expect(await text('digits', { Range: 'bytes=8-99' })).toBe('89');
    expect(await text('digits', { Range: 'lines=1-2' })).toBe('0123456789');
    const part = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'digits', Range: 'bytes=2-4' }));
    expect(part.ContentRange).toBe('bytes 2-4/10');
    await part.Body?.transformToString();
    await expect(text('digits', { Range: 'bytes=10-' })).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
    await put('empty', '', { ContentLength: 0 });
    expect(await text('empty')).toBe('');
  });

  it('answer conditions', async () => {
    const { ETag } = await put('a', 'one');
    await expect(put('a', 'two', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('a', 'two', { IfMatch: '"0"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(text('a', { IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    await put('a', 'two', { IfMatch: ETag });
    expect(await text('a')).toBe('two');
  });

  it('replace the one before, whose content goes', async () => {
    const before = s3.files().length;
    await put('a', 'one');
    await put('a', 'two');
    await eventually('one file is there', () => s3.files().length === before + 1);
  });

  it('are copied', async () => {
    await put('from here', 'content', { Metadata: { a: '1' } });
    await s3.client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/from%20here` }));
    const copy = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'to' }));
    expect(await copy.Body?.transformToString()).toBe('content');
    expect(copy.Metadata).toEqual({ a: '1' });
  });

  it.each([
    ['a key', () => text('nothing'), 'NoSuchKey'],
    ['a bucket', () => s3.client.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'a' })), 'NoSuchBucket'],
    ['a key that is too long', () => put('k'.repeat(1_025)), 'KeyTooLongError'],
  ])('say what is wrong with %s', async (_what, ask, name) => {
    await expect(ask()).rejects.toMatchObject({ name });
  });
});

describe('listing', () => {
  beforeEach(async () => {
    for (const key of ['a/1', 'a/2', 'b', 'c/d/e', 'c/f', '\uFF5E', '🐧']) await put(key);
  });

  it('goes by the bytes of the keys, page by page', async () => {
    const keys: (string | undefined)[] = [];
    let pages = 0;
    for await (const page of paginateListObjectsV2({ client: s3.client, pageSize: 2 }, { Bucket })) {
      pages++;
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
    }
    expect(keys).toEqual(['a/1', 'a/2', 'b', 'c/d/e', 'c/f', '\uFF5E', '🐧']);
    expect(pages).toBe(4);
  });

  it('rolls up what follows a delimiter, once even over pages', async () => {
    const found: string[] = [];
    for await (const page of paginateListObjectsV2(
      { client: s3.client, pageSize: 1 },
      { Bucket, Delimiter: '/' },
    ))
      found.push(
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => `${Prefix}*`),
        ...(page.Contents ?? []).map(({ Key }) => `${Key}`),
      );
    expect(found).toEqual(['a/*', 'b', 'c/*', '\uFF5E', '🐧']);
    const inC = await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix: 'c/', Delimiter: '/' }));
    expect(inC.CommonPrefixes).toEqual([{ Prefix: 'c/d/' }]);
    expect(inC.Contents?.map(({ Key }) => Key)).toEqual(['c/f']);
  });

  it('has its older form too', async () => {
    const first = await s3.client.send(new ListObjectsCommand({ Bucket, MaxKeys: 3 }));
    expect(first.IsTruncated).toBe(true);
    const rest = await s3.client.send(new ListObjectsCommand({ Bucket, Marker: first.NextMarker }));
    expect(rest.Contents?.map(({ Key }) => Key)).toEqual(['c/d/e', 'c/f', '\uFF5E', '🐧']);
  });
});

describe('listing what no listing of objects shows', () => {
  it('names the one version of each object, page by page', async () => {
    for (const key of ['b', 'a', 'c/d']) await put(key);
    const first = await s3.client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, NextKeyMarker: 'b', NextVersionIdMarker: 'null' });
    expect(first.Versions).toMatchObject([
      { Key: 'a', VersionId: 'null', IsLatest: true, Size: 1 },
      { Key: 'b', VersionId: 'null' },
    ]);
    const rest = await s3.client.send(
      new ListObjectVersionsCommand({ Bucket, KeyMarker: 'b', VersionIdMarker: 'null' }),
    );
    expect(rest.Versions?.map(({ Key }) => Key)).toEqual(['c/d']);
    expect(rest.IsTruncated).toBe(false);
  });

  it('names uploads in parts by key and id, page by page', async () => {
    for (const Key of ['b', 'a', 'a', 'other']) {
      await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    }
    const seen: string[] = [];
    let after = {};
    for (let page = 1; page <= 4; page++) {
      const answer = await s3.client.send(
        new ListMultipartUploadsCommand({ Bucket, MaxUploads: 1, ...after }),
      );
      expect(answer.IsTruncated).toBe(page < 4);
      for (const { Key, UploadId } of answer.Uploads ?? []) seen.push(`${Key} ${UploadId}`);
      after = { KeyMarker: answer.NextKeyMarker, UploadIdMarker: answer.NextUploadIdMarker };
    }
    expect(seen.map((upload) => upload.split(' ')[0])).toEqual(['a', 'a', 'b', 'other']);
    expect(new Set(seen).size).toBe(4);
    const { Uploads } = await s3.client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'o' }));
    expect(Uploads).toMatchObject([{ Key: 'other', Initiated: expect.any(Date) }]);
    const { Uploads: afterA } = await s3.client.send(
      new ListMultipartUploadsCommand({ Bucket, KeyMarker: 'a' }),
    );
    expect(afterA?.map(({ Key }) => Key)).toEqual(['b', 'other']);
  });
});

describe('a multipart upload', () => {
  const partBytes = 5 * 1_024 ** 2;

  it('becomes one object of its parts, in their order', async () => {
    const body = randomBytes(partBytes + 1_000);
    const { UploadId } = await s3.client.send(
      new CreateMultipartUploadCommand({
        Bucket,
        Key: 'big',
        ContentType: 'application/gzip',
        ChecksumAlgorithm: 'CRC32',
      }),
    );
    const send = async (PartNumber: number, Body: Buffer) => {
      const { ETag, ChecksumCRC32 } = await s3.client.send(
        new UploadPartCommand({ Bucket, Key: 'big', UploadId, PartNumber, Body }),
      );
      return { PartNumber, ETag, ChecksumCRC32 };
    };
    const second = await send(2, body.subarray(partBytes));
    const first = await send(1, body.subarray(0, partBytes));
    const complete = (Parts: (typeof first)[]) =>
      s3.client.send(
        new CompleteMultipartUploadCommand({ Bucket, Key: 'big', UploadId, MultipartUpload: { Parts } }),
      );

    await expect(complete([second, first])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete([{ ...first, ETag: '"0"' }])).rejects.toMatchObject({ name: 'InvalidPart' });
    const completed = await complete([first, second]);
    expect(completed.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    expect(completed.ChecksumCRC32).toMatch(/-2$/);
    expect(Buffer.from(await s3.store.read('s3://models/big')).equals(body)).toBe(true);
    expect(await text('big', { ChecksumMode: 'ENABLED', Range: 'bytes=0-0' })).toHaveLength(1);
    await expect(complete([first, second])).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it('refuses small parts but for the last, and goes away when aborted', async () => {
    const before = s3.files().length;
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'small' }));
    const Parts = [];
    for (const PartNumber of [1, 2]) {
      const { ETag } = await s3.client.send(
        new UploadPartCommand({ Bucket, Key: 'small', UploadId, PartNumber, Body: 'tiny' }),
      );
      Parts.push({ PartNumber, ETag });
    }
    await expect(
      s3.client.send(
        new CompleteMultipartUploadCommand({ Bucket, Key: 'small', UploadId, MultipartUpload: { Parts } }),
      ),
    ).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await s3.client.send(new AbortMultipartUploadCommand({ Bucket, Key: 'small', UploadId }));
    expect(s3.files()).toHaveLength(before);
  });
});

describe('a request', () => {
  it('without a signature is refused', async () => {
    const answer = await fetch(`${s3.url}/models/a`);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>AccessDenied</Code>');
  });

  it('for what is not there says so', async () => {
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/s3/aws4_request' };
    const answer = await fetch(`${s3.url}/models?lifecycle`, { headers });
    expect(answer.status).toBe(501);
    expect(await answer.text()).toMatch(/<Resource>\/models<\/Resource><RequestId>request-\d+<\/RequestId>/);
    const broken = await fetch(`${s3.url}/models/%E0%A4%A`, { headers });
    expect(await broken.text()).toContain('<Code>InvalidURI</Code>');
    const noXml = await fetch(`${s3.url}/models?delete`, { method: 'POST', headers, body: '<Delete><Obj' });
    expect(await noXml.text()).toContain('<Code>MalformedXML</Code>');
    const bomb = '<!DOCTYPE a [<!ENTITY b "bb">]><Delete><Object><Key>&b;</Key></Object></Delete>';
    const dtd = await fetch(`${s3.url}/models?delete`, { method: 'POST', headers, body: bomb });
    expect(await dtd.text()).toContain('<Code>MalformedXML</Code>');
  });

  it('whose chunks are malformed is refused, on a connection that stays', async () => {
    const headers = {
      authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/s3/aws4_request',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'content-encoding': 'aws-chunked',
    };
    for (const [body, code] of [
      ['zz\r\nabc', 'InvalidChunkSizeError'],
      ['3\r\nabcdef\r\n0\r\n\r\n', 'InvalidChunkSizeError'],
      ['5\r\nabc', 'IncompleteBody'],
    ] as const) {
      const answer = await fetch(`${s3.url}/models/a`, { method: 'PUT', headers, body });
      expect(await answer.text()).toContain(`<Code>${code}</Code>`);
    }
    expect(s3.store.exists('s3://models/a')).toBe(false);
  });
});
