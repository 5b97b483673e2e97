import type { ForeignWord } from './foreign-word.ts';

/** How other tools spread a load over machines, and how cloud tools name a place. */
export const machineWords: readonly ForeignWord[] = [
  {
    words:
      'master worker slave expect-workers expect-slaves expect-workers-max-wait master-host master-port master-bind-host master-bind-port enable-rebalancing remote agents execution-segment nodes',
    of: 'locust, k6 or JMeter',
    here: 'there is no master: one process sends, from --workers N threads',
  },
  {
    words: 'equal-weights stop-on-fail',
    of: 'locust',
    here: 'a scenario (--scenario) has its weights in the file',
  },
  {
    words: 'graceful-stop gracefulStop drain wait-ongoing-requests-after-deadline',
    of: 'k6 or oha',
    here: '--stop-timeout 10s',
  },
  {
    words: 'cloud account stack stack-name app project environment env-name stage-name context',
    of: 'cdk, chalice or others',
    here: '--name NAME names the experiment, and --target aws puts it on AWS',
  },
  { words: 'aws remote-target', here: '--target aws' },
  { words: 'local localstack dev', here: '--target local; it is the default' },
  {
    words: 'auto-approve require-approval force assume-yes y no-input non-interactive no-confirm',
    of: 'terraform, cdk or others',
    here: '--yes answers every question',
  },
  { words: 'aws-profile', here: '--profile PROFILE' },
  { words: 'aws-region location-name zone', here: '--region REGION' },
  {
    words: 'state state-file workdir output-dir outdir',
    of: 'terraform or cdk',
    here: '--state-dir DIR',
  },
  {
    words: 'dry-run dryrun noop what-if no-execute-changeset detailed-exitcode',
    of: 'terraform or others',
    here: '`mlbench up --plan` says what would be done, and does nothing',
  },
  {
    words: 'endpoint-url',
    of: 'the AWS CLI',
    here: '--target local starts the stand-in; `mlbench local start` prints its AWS_ENDPOINT_URL',
  },
  {
    words: 'instance-count initial-instance-count replicas desired-capacity count',
    of: 'the AWS CLI or kubectl',
    here: '`mlbench up --instances N`',
  },
  { words: 'min-capacity min-instances', of: 'the AWS CLI', here: '`mlbench up --min N`' },
  { words: 'max-capacity max-instances', of: 'the AWS CLI', here: '`mlbench up --max N`' },
  {
    words: 'model-file model-path model-package artifact',
    here: '`mlbench up --model FILE`',
  },
];
