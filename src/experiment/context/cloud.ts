import type { ResourceEngine } from '../../resources/engine/engine.ts';
import { experimentRecords } from '../../resources/engine/records.ts';
import { type CloudClients, createClients } from '../../resources/sdk/clients.ts';
import type { CloudAddress } from '../../resources/sdk/cloud-address.ts';
import type { CommandContext } from './context.ts';

/** The SDK's clients of the cloud that the experiment is in. */
export function clientsOf(context: CommandContext, cloud: CloudAddress, attempts?: number): CloudClients {
  return createClients({
    clock: context.clock,
    signal: context.signal,
    cloud,
    ...(attempts === undefined ? {} : { attempts }),
    ...(context.wire === undefined ? {} : { wire: context.wire }),
  });
}

/** Closes the clients whatever becomes of the work. */
export async function withClients<Result>(
  clients: CloudClients,
  work: (clients: CloudClients) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(clients);
  } finally {
    clients.close();
  }
}

/** The resource engine, at work on the experiment's records. */
export function resourceEngineOf(context: CommandContext, clients: CloudClients | null): ResourceEngine {
  const { clock, signal, experiment, emit, ledger } = context;
  const records = experimentRecords(ledger, experiment, clock);
  return { records, clients, clock, signal, experiment, emit };
}
