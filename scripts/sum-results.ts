/** Adds up vitest's JSON reports of several suites and prints the plain closing line of CI. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, failedSteps] = process.argv.slice(2);
if (!folder) throw new Error('usage: sum-results.ts FOLDER [FAILED_STEPS]');

let passed = 0;
let failed = 0;
for (const file of readdirSync(folder)) {
  const report = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  passed += report.numPassedTests;
  // A file that fails to load counts no test; it must not pass for that.
  failed += Math.max(report.numFailedTests, report.numFailedTestSuites > 0 ? 1 : 0);
}
const steps = Number(failedSteps ?? 0);
if (steps > 0 && failed === 0) failed = steps;
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
