import type { GeneratorCheckup } from '../../commands/doctor.ts';
import { formatDurationMs, formatLatencyUs } from '../../core/units.ts';
import type { Calibration } from '../../load/calibration/calibrate.ts';
import type { Repetition } from '../../load/calibration/repeat-until-agreed.ts';
import type { Style } from '../terminal/style.ts';
import { tableOrList, wrap } from '../terminal/text.ts';
import { formatCount } from './parts/value-text.ts';

/** What the load generator can offer on this machine. */
export function doctorLines(checkup: GeneratorCheckup, style: Style, width: number): string[] {
  const { node, cores, workers, maxSendLagMs, plain, signed } = checkup;
  const row = (name: string, calibration: Calibration) => [
    `  ${name}`,
    `${formatCount(calibration.closedPeakRps)}/s`,
    `${calibration.cpuUsPerRequest} µs`,
    calibration.openMaxRps === null ? 'none' : `${formatCount(calibration.openMaxRps)}/s`,
    calibration.sendLagUsP99 === null ? '–' : formatLatencyUs(calibration.sendLagUsP99),
  ];
  const head = ['  ', 'users, at most', 'CPU a request', 'arrivals, on time up to', 'send lag p99'];
  const threads = `${workers} worker${workers === 1 ? '' : 's'}`;
  return [
    ...wrap(
      `The load generator with ${threads}: Node ${node}, ${cores} core${cores === 1 ? '' : 's'}`,
      width,
    ).map((line) => style.bold(line)),
    '',
    ...tableOrList(
      head.map((cell) => style.dim(cell)),
      [row('plain', plain), row('signed', signed)],
      { right: new Set([1, 2, 3, 4]), width },
    ),
    '',
    ...wrap(repetitionText(checkup.repetition), width),
    ...wrap(
      `On time: the p99 of the send lag is within ${formatDurationMs(maxSendLagMs)}. The server ran on this machine too: against another one there is a core more.`,
      width,
    ),
  ];
}

function repetitionText({ looks, agreed, differencePercent, agreementPercent }: Repetition): string {
  const times = `Looked ${looks} time${looks === 1 ? '' : 's'}`;
  if (differencePercent === null)
    return `${times}: a minute was too short for another, so nobody knows whether it would agree.`;
  if (agreed)
    return `${times}: the last two differ by ${differencePercent} %, and agree within ${agreementPercent} %.`;
  return `${times} in a minute: the last two differ by ${differencePercent} %, more than ${agreementPercent} %. Something else is busy on this machine: do not rely on these numbers.`;
}
