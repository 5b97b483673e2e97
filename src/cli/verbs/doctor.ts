import { exitCodes } from '../../core/exit-codes.ts';
import { doctorOptions } from '../options/doctor.ts';
import { given } from '../options/settings.ts';
import { checkLines, checkupSummary } from '../render/checkup-lines.ts';
import { doctorLines } from '../render/doctor-summary.ts';
import { harmlessLine } from '../terminal/sealed.ts';
import { withoutExitCode } from './outcome.ts';
import { defineVerb, type VerbEnd, type VerbHost } from './verb.ts';

export const doctorVerb = defineVerb({
  description:
    'Looks at what `up` needs and changes nothing: Node.js, the state folder, a container engine; on AWS also credentials, ' +
    'clock, permissions and quotas. Exit code 0: nothing failed; 2: no credentials or no region; 1: something else failed. ' +
    'With --generator it measures the load generator instead, against a server of its own that answers at once: how many ' +
    'requests a second this machine sends and signs, and up to which arrival rate it sends on time.',
  examples: [
    'mlbench doctor',
    'mlbench doctor --target aws --instance-type ml.g4dn.xlarge --max 8',
    'mlbench doctor --policy > mlbench-policy.json',
    'mlbench doctor --generator --workers 1 --json',
  ],
  options: doctorOptions,
  standsAlone: () => true,
  callsNoCloud: ({ generator }) => generator === true,
  doesWithoutRegion: true,
  async run(settings, host) {
    if (settings.policy) return await printPolicy(host);
    if (!settings.generator) {
      const { instanceType, instances, max, image } = settings;
      return await check(given({ instanceType, instances, maxInstances: max, image }), host);
    }
    const { checkGenerator } = await import('../../commands/doctor.ts');
    const options = given({ workers: settings.workers, maxSendLagMs: settings.maxSendLag });
    const outcome = await checkGenerator(options, host.context);
    return {
      exitCode: outcome.exitCode,
      data: withoutExitCode(outcome),
      lines: (style, width) => doctorLines(outcome, style, width),
    };
  },
});

/** Each check is shown as soon as it is done: some take seconds. */
async function check(
  options: Parameters<typeof import('../../commands/doctor.ts').checkUp>[0],
  { context, common, terminal: { stdout } }: VerbHost,
): Promise<VerbEnd> {
  const { checkUp } = await import('../../commands/doctor.ts');
  const outcome = await checkUp(options, context, (found) => {
    if (common.json) return;
    const lines = checkLines(found, stdout.style, Math.min(stdout.size().columns, 100));
    stdout.write(`${lines.map(harmlessLine).join('\n')}\n`);
  });
  return {
    exitCode: outcome.exitCode,
    data: withoutExitCode(outcome),
    lines: (style) => [checkupSummary(outcome, style)],
  };
}

/** A document for IAM: the same with and without --json. */
async function printPolicy({ context }: VerbHost): Promise<VerbEnd> {
  const { policyFor } = await import('../../commands/doctor.ts');
  const policy = await policyFor(context);
  return { exitCode: exitCodes.ok, data: policy, lines: () => JSON.stringify(policy, null, 2).split('\n') };
}
