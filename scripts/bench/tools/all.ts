import { autocannon } from './autocannon.ts';
import { awsSdk } from './aws-sdk.ts';
import { hey } from './hey.ts';
import { k6 } from './k6.ts';
import { locustBoto3, locustFastHttp } from './locust.ts';
import { mlbench } from './mlbench.ts';
import { oha } from './oha.ts';
import type { Tool } from './tool.ts';
import { vegeta } from './vegeta.ts';
import { wrk } from './wrk.ts';

export const tools: readonly Tool[] = [
  mlbench,
  wrk,
  oha,
  autocannon,
  hey,
  vegeta,
  k6,
  locustFastHttp,
  locustBoto3,
  awsSdk,
];
