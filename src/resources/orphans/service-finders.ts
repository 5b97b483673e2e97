import type { Api } from '@aws-sdk/client-apigatewayv2';
import { expiryScheduleKind } from '../expiry-schedule.ts';
import { httpApiKind } from '../http-api.ts';
import { allPages } from '../http-api-parts.ts';
import { iamRoleKind, rolePath } from '../iam-role.ts';
import { lambdaFunctionKind } from '../lambda-function.ts';
import { ownerInMap } from '../tags.ts';
import { type Nominee, namePrefix, namesTagged, nominee, type OrphanFinder } from './orphan.ts';

/** Roles, functions, APIs and schedules. A function's permissions go with it. */
export const serviceFinders: readonly OrphanFinder[] = [
  {
    kind: iamRoleKind,
    async find(search) {
      const { paginateListRoles } = await import('@aws-sdk/client-iam');
      const client = await search.clients.iam();
      const found: Nominee[] = [];
      // Roles are the account's; another region's are not looked for here.
      for await (const { Roles } of paginateListRoles({ client }, { PathPrefix: rolePath }))
        for (const { RoleName, CreateDate } of Roles ?? [])
          if (RoleName?.endsWith(`-${search.clients.region}`)) found.push(...nominee(RoleName, CreateDate));
      return found;
    },
  },
  {
    kind: lambdaFunctionKind,
    async find(search) {
      const { paginateListFunctions } = await import('@aws-sdk/client-lambda');
      const client = await search.clients.lambda();
      const found = namesTagged(search, /:lambda:.*:function:([^:]+)$/);
      for await (const { Functions } of paginateListFunctions({ client }, {}))
        for (const { FunctionName, LastModified } of Functions ?? [])
          if (FunctionName?.startsWith(namePrefix))
            found.push(...nominee(FunctionName, dateIn(LastModified)));
      return found;
    },
  },
  {
    kind: httpApiKind,
    async find(search) {
      const { GetApisCommand } = await import('@aws-sdk/client-apigatewayv2');
      const gateway = await search.clients.apiGateway();
      const apis = await allPages<Api>((NextToken) => gateway.send(new GetApisCommand({ NextToken })));
      return apis.flatMap(({ Name: name = '', ApiId: apiId = '', Tags, CreatedDate }) => {
        const experiment = ownerInMap(Tags);
        return experiment === null
          ? []
          : [{ identifiers: { name, apiId }, experiment, createdAt: CreatedDate }];
      });
    },
  },
  {
    kind: expiryScheduleKind,
    async find(search) {
      const { paginateListSchedules } = await import('@aws-sdk/client-scheduler');
      const client = await search.clients.scheduler();
      const found: Nominee[] = [];
      for await (const { Schedules } of paginateListSchedules({ client }, { NamePrefix: namePrefix }))
        found.push(...(Schedules ?? []).flatMap(({ Name, CreationDate }) => nominee(Name, CreationDate)));
      return found;
    },
  },
];

/** Lambda writes it as a text. */
function dateIn(text: string | undefined): Date | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : new Date(ms);
}
