import { formatNumber, formatShare, formatUs } from '../../../charts/format.ts';
import type { WorkerRow } from '../../live/live-shape.ts';
import { createDataTable } from '../parts/data-table.ts';
import type { ViewMaker } from '../parts/tabs.ts';

/** The threads that send: whether each has the time to. */
export const workers: ViewMaker = (place) => {
  const table = createDataTable<WorkerRow>(place, {
    caption: 'Workers, in the last second',
    columns: [
      {
        id: 'worker',
        title: 'Worker',
        isNumber: false,
        value: ({ worker }) => worker,
        write: ({ worker }) => String(worker + 1),
      },
      {
        id: 'sent',
        title: 'Sent',
        isNumber: true,
        value: ({ sent }) => sent,
        write: ({ sent }) => formatNumber(sent),
      },
      {
        id: 'users',
        title: 'Users',
        isNumber: true,
        value: ({ users }) => users,
        write: ({ users }) => formatNumber(users),
      },
      {
        id: 'inFlight',
        title: 'In flight',
        isNumber: true,
        value: ({ inFlight }) => inFlight,
        write: ({ inFlight }) => formatNumber(inFlight),
      },
      {
        id: 'processor',
        title: 'CPU',
        isNumber: true,
        value: ({ cpuShare }) => cpuShare,
        write: ({ cpuShare }) => formatShare(cpuShare),
      },
      {
        id: 'busy',
        title: 'Event loop',
        isNumber: true,
        value: ({ busyShare }) => busyShare,
        write: ({ busyShare }) => formatShare(busyShare),
      },
      {
        id: 'lag',
        title: 'Send lag p99',
        isNumber: true,
        value: ({ sendLagUsP99 }) => sendLagUsP99,
        write: ({ sendLagUsP99 }) => formatUs(sendLagUsP99),
      },
    ],
    keyOf: ({ worker }) => String(worker),
    none: 'No worker has told anything yet.',
  });
  return { id: 'workers', title: 'Workers', show: ({ now }) => table.show(now.workers) };
};
