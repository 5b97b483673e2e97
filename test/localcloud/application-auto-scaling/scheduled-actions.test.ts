import {
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScheduledActionsCommand,
  PutScheduledActionCommand,
  type PutScheduledActionCommandInput,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minute, openScalingCloud, startMs, target } from '../support/scaling-cloud.ts';

let cloud: Awaited<ReturnType<typeof openScalingCloud>>;

beforeEach(async () => {
  cloud = await openScalingCloud();
  await register();
});
afterEach(() => cloud.close());

const register = (changes = {}) =>
  cloud.autoScaling.send(
    new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 6, ...changes }),
  );

function schedule(changes: Partial<PutScheduledActionCommandInput>): Promise<unknown> {
  return cloud.autoScaling.send(
    new PutScheduledActionCommand({
      ...target,
      ScheduledActionName: 'morning',
      Schedule: 'at(2026-11-22T15:02:00)',
      ScalableTargetAction: { MinCapacity: 3, MaxCapacity: 5 },
      ...changes,
    }),
  );
}

async function described() {
  const { ScheduledActions } = await cloud.autoScaling.send(
    new DescribeScheduledActionsCommand({ ServiceNamespace: 'sagemaker' }),
  );
  return ScheduledActions;
}

/** `15:02 Successful Setting min capacity …`, oldest first. */
async function activities(options = {}): Promise<string[]> {
  const { ScalingActivities } = await cloud.autoScaling.send(
    new DescribeScalingActivitiesCommand({ ...target, ...options }),
  );
  return (ScalingActivities ?? [])
    .toReversed()
    .map(
      ({ StartTime, StatusCode, Description, Cause, NotScaledReasons }) =>
        `${StartTime?.toISOString().slice(11, 19)} ${StatusCode} ${NotScaledReasons?.[0]?.Code ?? Description} (${Cause})`,
    );
}

describe('a scheduled action', () => {
  it('is put, described, changed in part and deleted', async () => {
    const StartTime = new Date(startMs + minute);
    await schedule({ Timezone: 'Europe/Berlin', StartTime });
    const first = {
      ScheduledActionName: 'morning',
      ScheduledActionARN: expect.stringMatching(
        /^arn:aws:autoscaling:us-east-1:000000000000:scheduledAction:[-0-9a-f]{36}:resource\/sagemaker\/endpoint\/penguins\/variant\/AllTraffic:scheduledActionName\/morning$/,
      ),
      ...target,
      Schedule: 'at(2026-11-22T15:02:00)',
      Timezone: 'Europe/Berlin',
      StartTime,
      ScalableTargetAction: { MinCapacity: 3, MaxCapacity: 5 },
      CreationTime: new Date(startMs),
    };
    expect(await described()).toEqual([first]);
    await schedule({ Schedule: undefined, ScalableTargetAction: { MinCapacity: 2 } });
    const { StartTime: _deleted, ...kept } = first;
    expect(await described()).toEqual([{ ...kept, ScalableTargetAction: { MinCapacity: 2 } }]);
    const gone = new DeleteScheduledActionCommand({
      ServiceNamespace: target.ServiceNamespace,
      ResourceId: target.ResourceId,
      ScalableDimension: target.ScalableDimension,
      ScheduledActionName: 'morning',
    });
    await cloud.autoScaling.send(gone);
    expect(await described()).toEqual([]);
    await expect(cloud.autoScaling.send(gone)).rejects.toMatchObject({
      name: 'ObjectNotFoundException',
      message: expect.stringMatching(/^No scheduled action found for .*scheduled action name: morning$/),
    });
  });

  it('sets the range at its time, and brings the instances inside', async () => {
    await schedule({ Schedule: 'at(2026-11-22T15:02:30)' });
    await cloud.pass(10, null);
    expect(await activities()).toEqual([
      '15:02:30 Successful Setting min capacity to 3 and max capacity to 5 (scheduled action name morning was triggered)',
      '15:02:30 Successful Setting desired instance count to 3. (minimum capacity was set to 3)',
    ]);
    const { ScalableTargets } = await cloud.autoScaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' }),
    );
    expect(ScalableTargets).toMatchObject([{ MinCapacity: 3, MaxCapacity: 5 }]);
  });

  it('scales nothing where the instances are inside', async () => {
    await schedule({ ScalableTargetAction: { MaxCapacity: 2 } });
    await cloud.pass(5, null);
    expect(await activities()).toEqual([
      '15:02:00 Successful Setting max capacity to 2 (scheduled action name morning was triggered)',
    ]);
  });

  it('waits for an endpoint that is Updating, and then scales at once', async () => {
    await schedule({});
    await schedule({
      ScheduledActionName: 'later',
      Schedule: 'at(2026-11-22T15:04:00)',
      ScalableTargetAction: { MinCapacity: 4 },
    });
    await cloud.pass(12, null);
    expect(await activities({ IncludeNotScaledActivities: true })).toEqual([
      expect.stringContaining('15:02:00 Successful Setting min capacity to 3'),
      expect.stringContaining('15:02:00 Successful Setting desired instance count to 3.'),
      expect.stringContaining('15:04:00 Successful Setting min capacity to 4'),
      '15:04:00 Failed TargetServicePutResourceAsUnscalable (minimum capacity was set to 4)',
      '15:06:00 Successful Setting desired instance count to 4. (minimum capacity was set to 4)',
    ]);
  });

  it('recurs by rate and by cron, until it is deregistered', async () => {
    await schedule({ Schedule: 'rate(5 minutes)', ScalableTargetAction: { MaxCapacity: 5 } });
    await schedule({
      ScheduledActionName: 'tenth',
      Schedule: 'cron(3/10 * * * ? *)',
      ScalableTargetAction: { MaxCapacity: 6 },
    });
    await cloud.pass(15, null);
    const told = [
      '15:03:00 Successful Setting max capacity to 6 (scheduled action name tenth was triggered)',
      '15:05:00 Successful Setting max capacity to 5 (scheduled action name morning was triggered)',
      '15:10:00 Successful Setting max capacity to 5 (scheduled action name morning was triggered)',
      '15:13:00 Successful Setting max capacity to 6 (scheduled action name tenth was triggered)',
      '15:15:00 Successful Setting max capacity to 5 (scheduled action name morning was triggered)',
    ];
    expect(await activities()).toEqual(told);
    await cloud.autoScaling.send(new DeregisterScalableTargetCommand(target));
    await cloud.pass(10, null);
    expect(await activities()).toEqual(told);
  });

  it('does nothing while it is suspended', async () => {
    await register({ SuspendedState: { ScheduledScalingSuspended: true } });
    await schedule({ Schedule: 'rate(1 minute)' });
    await cloud.pass(3, null);
    expect(await activities()).toEqual([]);
    await register({ SuspendedState: { ScheduledScalingSuspended: false } });
    await cloud.pass(1, null);
    expect((await activities())[0]).toContain('15:04:00 Successful Setting min capacity');
  });

  it("fails where its minimum is above the target's maximum", async () => {
    await schedule({ ScalableTargetAction: { MinCapacity: 9 } });
    await cloud.pass(3, null);
    const { ScalingActivities } = await cloud.autoScaling.send(new DescribeScalingActivitiesCommand(target));
    expect(ScalingActivities).toMatchObject([
      {
        StatusCode: 'Failed',
        StatusMessage:
          'Failed to set min capacity to 9. Reason: Maximum capacity cannot be less than minimum capacity',
      },
    ]);
  });

  it.each<[string, Partial<PutScheduledActionCommandInput>, RegExp]>([
    ['no schedule', { Schedule: undefined }, /^Schedule must be specified/],
    [
      'half a cron',
      { Schedule: 'cron(0 8 * * *)' },
      /^Schedule expression cron\(0 8 \* \* \*\) is not valid: it has 5/,
    ],
    ['an unknown zone', { Timezone: 'Mars/Olympus' }, /^Timezone Mars\/Olympus is not valid/],
    ['nothing to set', { ScalableTargetAction: {} }, /^ScalableTargetAction must specify/],
    [
      'a maximum below the minimum',
      { ScalableTargetAction: { MinCapacity: 3, MaxCapacity: 2 } },
      /^Maximum capacity cannot be less than minimum/,
    ],
    ['a minimum of zero', { ScalableTargetAction: { MinCapacity: 0 } }, /^Minimum capacity cannot be less/],
    [
      'an end before its start',
      { StartTime: new Date(startMs + minute), EndTime: new Date(startMs) },
      /^EndTime must be later than StartTime/,
    ],
    ['a name with a slash', { ScheduledActionName: 'a/b' }, /Value 'a\/b' at 'scheduledActionName'/],
  ])('is refused with %s', async (_name, changes, message) => {
    await expect(schedule(changes)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });

  it('is refused beyond two hundred', async () => {
    for (let i = 0; i < 200; i++) await schedule({ ScheduledActionName: `a${i}` });
    await expect(schedule({})).rejects.toMatchObject({ name: 'LimitExceededException' });
    await schedule({ ScheduledActionName: 'a7', Timezone: 'UTC' });
  });
});
