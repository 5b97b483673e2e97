import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cloudKinds } from '../../src/resources/kinds/cloud-kinds.ts';
import type { CloudKind } from '../../src/resources/kinds/kind/cloud-kind.ts';
import { permissions, policyToGrant } from '../../src/resources/permissions.ts';
import { iamActionOf } from '../../src/resources/sdk/iam-actions.ts';

const source = fileURLToPath(new URL('../../src', import.meta.url));
const place = { partition: 'aws', region: 'us-east-1', accountId: '123456789012' };

/** SDK package → prefix of its actions, as `clients.ts` says; each is checked to be there below. */
const prefixes: Record<string, string> = {
  apigatewayv2: 'apigateway',
  'application-auto-scaling': 'application-autoscaling',
  cloudwatch: 'cloudwatch',
  'cloudwatch-logs': 'logs',
  ecr: 'ecr',
  iam: 'iam',
  lambda: 'lambda',
  pricing: 'pricing',
  'resource-groups-tagging-api': 'tag',
  s3: 's3',
  sagemaker: 'sagemaker',
  'sagemaker-runtime': 'sagemaker',
  scheduler: 'scheduler',
  'service-quotas': 'servicequotas',
  sts: 'sts',
};

interface Call {
  file: string;
  action: string;
}

/** Every command and paginator of an SDK client that code run with the caller's rights imports. */
function callsIn(folders: readonly string[]): Call[] {
  return folders.flatMap((folder) =>
    readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => callsOf(join(folder, name))),
  );
}

function callsOf(file: string): Call[] {
  const text = readFileSync(join(source, file), 'utf8');
  const imports = text.matchAll(
    /(?:const \{([^}]*)\} = await import\(\s*|import \{([^}]*)\} from )'@aws-sdk\/client-([a-z0-9-]+)'/g,
  );
  return [...imports].flatMap(([, dynamic, fixed, client = '']) => {
    const prefix = prefixes[client];
    if (prefix === undefined) throw new Error(`${file}: which actions has ${client}?`);
    return [...(dynamic ?? fixed ?? '').matchAll(/\b(?:paginate([A-Z]\w*)|([A-Z]\w*)Command)\b/g)].map(
      ([, paginated, commanded]) => ({ file, action: iamActionOf(prefix, paginated ?? commanded ?? '') }),
    );
  });
}

const granted = new Set(permissions.flatMap(({ actions }) => actions));

describe('the permissions to grant', () => {
  const calls = callsIn(['resources', 'commands', 'observe', 'image']);

  it('are looked for where calls are made', () => {
    expect(calls.length).toBeGreaterThan(50);
    const seen = calls.map(({ action }) => action);
    expect(seen).toEqual(
      expect.arrayContaining(['sagemaker:CreateEndpoint', 's3:ListBucket', 'logs:FilterLogEvents']),
    );
  });

  it('take in everything that mlbench calls', () => {
    expect(calls.filter(({ action }) => !granted.has(action))).toEqual([]);
  });

  it.each([
    // What a service asks for besides, where tags are given to the call that makes something.
    ['s3:TagResource', 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html'],
    [
      'ecr:TagResource',
      'https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-supported-iam-actions-tagging.html',
    ],
    ['iam:TagRole', 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags_roles.html'],
    ['lambda:TagResource', 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html'],
    [
      'logs:TagResource',
      'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html',
    ],
    [
      'sagemaker:AddTags',
      'https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_service-with-iam.html',
    ],
  ])('take in %s (%s)', (action) => expect(granted).toContain(action));

  it('name each action once for the same resources', () => {
    const named = permissions.flatMap(({ actions, resources, condition }) =>
      actions.map((action) => JSON.stringify([action, resources, condition])),
    );
    expect(new Set(named).size).toBe(named.length);
  });

  it('say for which kind or task each is needed', () => {
    const purposes = new Set(permissions.map(({ purpose }) => purpose));
    const withCalls = cloudKinds.filter(({ permissions: own }) => own.length > 0).map(({ kind }) => kind);
    const tasks = ['load and invoke', 'watch-scaling', 'logs', 'prices', 'doctor', 'down --orphans'];
    expect(purposes).toEqual(new Set([...withCalls, ...tasks]));
  });

  it('have prefixes as the clients have them', () => {
    const clients = readFileSync(join(source, 'resources', 'sdk', 'services.ts'), 'utf8');
    for (const [client, prefix] of Object.entries(prefixes)) {
      expect(clients).toContain(`@aws-sdk/client-${client}'`);
      if (client !== 'sts') expect(clients).toMatch(new RegExp(`,\\s*'${prefix}',\\s*async`));
    }
  });

  it('become a policy that fits into a managed one', () => {
    const policy = policyToGrant(place);
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: 6,144 characters, white space not counted.
    expect(JSON.stringify(policy).length).toBeLessThan(6_144);
    expect(JSON.stringify(policy)).not.toMatch(/[{]\w+[}]/);
    expect(policy.Statement).toContainEqual({
      Effect: 'Allow',
      Action: [
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:AbortMultipartUpload',
        's3:GetObject',
        's3:PutObject',
      ],
      Resource: 'arn:aws:s3:::mlbench*/*',
    });
    const passing = policy.Statement.find(({ Action }) => Action.includes('iam:PassRole'));
    expect(passing).toMatchObject({ Action: ['iam:PassRole'], Condition: { StringEquals: {} } });
  });
});

describe('a kind', () => {
  const folder = join('resources', 'kinds');
  const files = readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const declared = files.flatMap((name) => {
    const text = readFileSync(join(source, folder, name), 'utf8');
    const [, exported] = /export const (\w+Kind): CloudKind</.exec(text) ?? [];
    return exported === undefined ? [] : [{ name, exported }];
  });

  it('that has a file is registered', async () => {
    const registry = readFileSync(join(source, folder, 'cloud-kinds.ts'), 'utf8');
    const registered = [...registry.matchAll(/^ {2}(\w+Kind),$/gm)].map(([, name]) => name);
    expect(declared.map(({ exported }) => exported).sort()).toEqual(registered.sort());
    expect(cloudKinds.length).toBe(registered.length);
  });

  it.each(declared)('$exported lists what its own code calls', async ({ name, exported }) => {
    const module = (await import(join(source, folder, name))) as Record<string, CloudKind<never, unknown>>;
    const own = new Set(module[exported]?.permissions.flatMap(({ actions }) => actions));
    // A kind of several files has a folder of its own.
    const its = name.includes('/') ? callsIn([join(folder, dirname(name))]) : callsOf(join(folder, name));
    expect(its.filter(({ action }) => !own.has(action))).toEqual([]);
  });
});

it('is the policy that docs/aws.md shows', () => {
  const page = readFileSync(join(source, '..', 'docs', 'aws.md'), 'utf8');
  const [, shown = ''] = /```json\n(.*?)```/s.exec(page) ?? [];
  expect(JSON.parse(shown)).toEqual(policyToGrant(place));
});

describe("a call's action", () => {
  it.each([
    ['sagemaker', 'CreateModel', 'sagemaker:CreateModel'],
    ['s3', 'HeadBucket', 's3:ListBucket'],
    ['s3', 'UploadPart', 's3:PutObject'],
    ['s3', 'DeleteBucket', 's3:DeleteBucket'],
    ['apigateway', 'GetApis', 'apigateway:GET'],
    ['apigateway', 'CreateStage', 'apigateway:POST'],
    ['apigateway', 'UpdateRoute', 'apigateway:PATCH'],
    ['apigateway', 'DeleteApi', 'apigateway:DELETE'],
  ])('of %s %s is %s', (prefix, operation, action) => {
    expect(iamActionOf(prefix, operation)).toBe(action);
  });
});
