import type { ForeignWord } from './foreign-word.ts';

/** Verbs of other tools. */
export const verbWords: readonly ForeignWord[] = [
  {
    words:
      'deploy apply create start launch provision bootstrap install push create-endpoint create-model setup',
    of: 'cdk, terraform or others',
    here: '`mlbench up` deploys; `mlbench local start` starts the stand-in alone',
  },
  {
    words: 'update upgrade scale resize rollout update-endpoint modify set edit',
    of: 'terraform or others',
    here: '`mlbench up` again applies the differences, such as `mlbench up --max 8`',
  },
  {
    words: 'plan diff synth preview changeset what-if dry-run estimate cost price',
    of: 'terraform or cdk',
    here: '`mlbench up --plan` says what would be made, and what it costs an hour',
  },
  {
    words:
      'destroy delete remove rm teardown tear-down undeploy uninstall clean cleanup purge terminate kill delete-endpoint del',
    of: 'cdk, terraform or others',
    here: '`mlbench down`',
  },
  {
    words: 'stop halt shutdown pause',
    of: 'docker or others',
    here: '`mlbench down` removes everything; `mlbench local stop` ends the stand-in alone',
  },
  {
    words: 'restart reload recreate',
    of: 'docker or others',
    here: '`mlbench down`, then `mlbench up`',
  },
  {
    words:
      'watch monitor top autoscaling scaling alarms activities events describe-scaling-activities metrics stats',
    here: '`mlbench watch-scaling`',
  },
  { words: 'version', here: '`mlbench --version`' },
  {
    words:
      'ls list ps show get describe info describe-endpoint list-endpoints state output outputs inspect stat whoami',
    of: 'docker, terraform or the AWS CLI',
    here: '`mlbench status`',
  },
  { words: 'log tail', here: '`mlbench logs --follow`' },
  {
    words: 'invoke-endpoint predict infer inference call curl request ping query send',
    of: 'the AWS CLI or others',
    here: '`mlbench invoke`',
  },
  {
    words: 'attack bench benchmark stress test loadtest load-test quick swarm fire hit',
    of: 'vegeta or others',
    here: '`mlbench load` sends the load; `mlbench run` does the whole experiment',
  },
  {
    words: 'report plot graph results html history runs archive',
    of: 'vegeta or others',
    here: '`mlbench load` writes report.html and result.json of every run; `mlbench status` names the last runs',
  },
  {
    words: 'encode dump cloud login logout init new new-project configure get-policy scaffold import',
    of: 'vegeta, k6, chalice or terraform',
    here: 'nothing of that kind is needed: `mlbench run` works at once, and `mlbench doctor` checks what is there',
  },
  {
    words:
      'validate check lint verify test-connection diagnose health preflight permissions policy gen-policy',
    of: 'terraform or others',
    here: '`mlbench doctor` checks what is needed; `mlbench doctor --policy` prints the IAM policy',
  },
  {
    words: 'serve server localstack emulator emulate stand-in standin moto',
    of: 'localstack or others',
    here: '`mlbench local start`',
  },
  { words: 'forecast sim sweep', here: '`mlbench simulate`' },
  {
    words: 'hey wrk wrk2 oha ab k6 locust vegeta artillery autocannon jmeter gatling',
    here: '`mlbench load`, which takes the letters of hey and oha; docs/load.md compares the flags',
  },
];
