import type { ForeignWord } from './foreign-word.ts';

/** How other tools say what is good enough, what is shown, and where it goes. */
export const outcomeWords: readonly ForeignWord[] = [
  {
    words:
      'threshold thresholds slo sla ensure assert fail-on check-fail-ratio check-avg-response-time fail-ratio',
    of: 'k6, artillery or locust',
    here: "--expect 'p99<200ms' --expect 'errors<1%': exit code 4 where one is missed",
  },
  {
    words: 'abort-on-fail bail exit-code-on-error stop-on-error',
    here: "--expect 'errors<1%' makes the exit code 4; a load that only fails ends by itself",
  },
  {
    words: 'html html-report report export-html',
    of: 'locust or JMeter',
    here: 'report.html is in the folder of every run; --out DIR says where',
  },
  {
    words: 'summary-export json-file output output-format o save export result-file logfile l',
    of: 'k6, oha or others',
    here: '--out DIR holds result.json; --json prints it; --csv PREFIX writes tables',
  },
  {
    words: 'csv-full-history csv-prefix g',
    of: 'locust or ab',
    here: '--csv PREFIX writes a line a second, too',
  },
  {
    words: 'prometheus statsd influxdb push-gateway metrics-port',
    here: 'nothing of that kind is sent: --csv PREFIX and --out DIR write files while the run goes',
  },
  {
    words: 'summary-trend-stats summary-mode percentiles hdr latency latencies U print-stats u_latency',
    of: 'k6, wrk or others',
    here: 'nothing is needed: every percentile up to p99.99 is printed, and --json prints result.json',
  },
  {
    words: 'headless no-web autostart no-tui no-color-tui no-progress nongui hide-progress no-gui',
    of: 'locust, oha or JMeter',
    here: 'nothing is needed: a load starts at once; --quiet shows no progress',
  },
  {
    words: 'autoquit quit linger paused',
    of: 'locust or k6',
    here: 'nothing is needed: a load ends by itself, after --duration or --requests',
  },
  {
    words: 'web-port web-host web-ui web-login ui class-ui',
    of: 'locust',
    here: 'the terminal shows the run (keys w and s change it), and report.html is in its folder; --csv PREFIX grows while the run goes',
  },
  {
    words: 'only-summary print show-task-ratio silent',
    of: 'locust or others',
    here: '--quiet prints the results alone',
  },
  {
    words: 'loglevel log-level log log-output verbose v vv',
    of: 'locust, k6 or curl',
    here: '--quiet says less; --json is for programs',
  },
  { words: 'exclude-tag skip-tags', of: 'locust', here: '--exclude-tags TAG' },
  { words: 'tag', of: 'k6', here: '--tags TAG chooses flows of a scenario' },
  {
    words: 'config-file options-file conf settings',
    of: 'locust or others',
    here: '--config FILE, or mlbench.config.json',
  },
];
