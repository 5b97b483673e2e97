import { formatNumber } from '../../../charts/format.ts';
import type { ErrorGroup, RunResult } from '../../../record/schemas/result.ts';
import { createDataTable } from '../parts/data-table.ts';
import { element, setText } from '../parts/dom.ts';
import type { ViewMaker } from '../parts/tabs.ts';

/** What failed, grouped as in the record, and what the scenario's code threw. */
export const errors: ViewMaker = (place) => {
  const table = createDataTable<ErrorGroup>(place, {
    caption: 'Failures',
    columns: [
      { id: 'message', title: 'Error', isNumber: false, isLong: true, value: errorText, write: errorText },
      {
        id: 'name',
        title: 'Name',
        isNumber: false,
        value: ({ name }) => name ?? '',
        write: ({ name }) => name ?? '',
      },
      {
        id: 'count',
        title: 'Occurrences',
        isNumber: true,
        value: ({ count }) => count,
        write: ({ count }) => formatNumber(count),
      },
      {
        id: 'first',
        title: 'First seen',
        isNumber: false,
        value: ({ firstAt }) => firstAt,
        write: ({ firstAt }) => clockOf(firstAt),
      },
      {
        id: 'last',
        title: 'Last seen',
        isNumber: false,
        value: ({ lastAt }) => lastAt,
        write: ({ lastAt }) => clockOf(lastAt),
      },
    ],
    keyOf: (error) => `${error.name ?? ''} ${errorText(error)}`,
    none: 'No request has failed.',
  });
  const more = element('p', { className: 'hint' });
  place.append(more);
  return {
    id: 'errors',
    title: 'Errors',
    badge: ({ now }) =>
      now.figures && now.figures.errors.length > 0 ? formatNumber(now.figures.errors.length) : '',
    show({ now: { figures } }) {
      table.show(figures?.errors ?? []);
      const rest = figures?.moreErrors ?? 0;
      setText(more, rest === 0 ? '' : `${formatNumber(rest)} more failures, of kinds that are not listed`);
    },
  };
};

type Exception = NonNullable<RunResult['exceptions']>[number];

export const exceptions: ViewMaker = (place) => {
  const table = createDataTable<Exception>(place, {
    caption: 'Exceptions of the scenario',
    columns: [
      {
        id: 'message',
        title: 'Message',
        isNumber: false,
        isLong: true,
        value: ({ message }) => message,
        write: ({ message }) => message,
      },
      {
        id: 'count',
        title: 'Count',
        isNumber: true,
        value: ({ count }) => count,
        write: ({ count }) => formatNumber(count),
      },
      {
        id: 'traceback',
        title: 'Where',
        isNumber: false,
        isLong: true,
        value: ({ traceback }) => traceback,
        write: ({ traceback }) => traceback,
      },
    ],
    keyOf: ({ message, traceback }) => `${message}\n${traceback}`,
    none: 'No code of a scenario has thrown anything.',
  });
  return {
    id: 'exceptions',
    title: 'Exceptions',
    badge: ({ now }) =>
      now.figures && now.figures.exceptions.length > 0 ? formatNumber(now.figures.exceptions.length) : '',
    show: ({ now }) => table.show(now.figures?.exceptions ?? []),
  };
};

function errorText({ kind, status, message }: ErrorGroup): string {
  return `${kind}${status === 0 ? '' : ` ${status}`}: ${message}`;
}

function clockOf(iso: string): string {
  return new Date(iso).toLocaleTimeString();
}
