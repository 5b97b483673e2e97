import { httpApiKind } from '../../../resources/kinds/http-api/http-api.ts';
import { awsRuntimeUrl } from '../../../resources/sdk/runtime-url.ts';
import { clientsOf, withClients } from '../../context/cloud.ts';
import type { Target } from '../../contract/target.ts';
import { awsCloud } from './cloud.ts';

export const awsTarget: Target = {
  name: 'aws',
  words: { name: 'AWS', on: 'on AWS', place: (region) => `AWS, ${region}` },
  defaultRegion: null,
  asksBeforeRemoving: true,
  buildsImage: true,
  keepsLogs: true,

  publicRuntimeUrl: awsRuntimeUrl,
  find: async (context) => ({ cloud: awsCloud(context), trouble: null, process: null }),
  findLogs: async (_sources, context) => awsCloud(context),
  findApiUrl: async (_context, { resources }) =>
    resources.find(({ kind }) => kind === httpApiKind.kind)?.identifiers['url'] ?? null,
  async resolveAccount(...given) {
    const { resolveAccount } = await import('../../settings/experiments.ts');
    return await resolveAccount(...given);
  },
  findPlace: (context) =>
    withClients(
      clientsOf(context, awsCloud(context), 1),
      async (clients) => await clients.place().catch(() => null),
    ),

  async deploy(...given) {
    const { deployOnAws } = await import('./deploy.ts');
    return await deployOnAws(...given);
  },
  async plan(...given) {
    const { planOnAws } = await import('./plan.ts');
    return await planOnAws(...given);
  },
  async remove(...given) {
    const { removeFromAws } = await import('./remove.ts');
    return await removeFromAws(...given);
  },
  stopStrays: async () => [],
  async removeOrphans(...given) {
    const { removeOrphans } = await import('./remove-orphans.ts');
    return await removeOrphans(...given);
  },
  async checkAccess(...given) {
    const { checkAccess } = await import('./check-access.ts');
    return await checkAccess(...given);
  },
};
