import { exitCodes } from '../../../core/exit-codes.ts';
import type { Target } from '../../contract/target.ts';

export const localTarget: Target = {
  name: 'local',
  words: { name: 'the stand-in', on: 'on the stand-in', place: () => 'the stand-in' },
  defaultRegion: 'us-east-1',
  asksBeforeRemoving: false,
  buildsImage: false,
  keepsLogs: false,

  publicRuntimeUrl: () => null,
  async find({ stateDir }) {
    const { findStandIn } = await import('../../../localcloud/process.ts');
    const { foundStandIn } = await import('./cloud.ts');
    return foundStandIn(await findStandIn(stateDir));
  },
  async findLogs(...given) {
    const { findStandInLogs } = await import('./logs.ts');
    return await findStandInLogs(...given);
  },
  async findApiUrl(context) {
    const { findFrontUrl } = await import('./api-front.ts');
    return await findFrontUrl(context);
  },
  resolveAccount: async () => null,
  findPlace: async () => null,

  async deploy(...given) {
    const { deployOnStandIn } = await import('./deploy.ts');
    return await deployOnStandIn(...given);
  },
  async plan(...given) {
    const { planOnStandIn } = await import('./plan.ts');
    return await planOnStandIn(...given);
  },
  async remove(...given) {
    const { removeFromStandIn } = await import('./remove.ts');
    return await removeFromStandIn(...given);
  },
  async stopStrays(context) {
    const { stopStray } = await import('./remove.ts');
    return await stopStray(context);
  },
  async removeOrphans(_request, context) {
    const { stopStray } = await import('./remove.ts');
    // What the stand-in holds ends with it.
    return {
      exitCode: exitCodes.ok,
      found: [],
      removed: await stopStray(context),
      left: [],
      notSearched: [],
    };
  },
  checkAccess: async () => undefined,
};
