import { isIP } from 'node:net';
import { userError } from '../../core/errors.ts';
import { optionGroup, type Settings } from '../../core/options/definition.ts';
import type { Parser } from '../../core/options/parser.ts';
import { port } from '../../core/options/values.ts';

const run = optionGroup('The run:');

const webPort: Parser<number> = (text, name) => {
  const address = /^(?:https?:\/\/)?(\[[^\]]*\]|[^:/]*[^:/\d.][^:/]*|[\d.]*\.[\d.]*)?:(\d+)\/?$/.exec(text);
  if (address === null) return port()(text, name);
  const [, host = '', number] = address;
  throw userError(
    'bad-port',
    `${name}: ${text} is not a port`,
    host === '' ? `write ${number}` : `write --web ${number} --web-host ${host}`,
  );
};

const address: Parser<string> = (text, name) => {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (isIP(bare) !== 0 && !bare.includes('%')) return bare;
  if (/^[a-z\d]([\w.-]*[a-z\d])?$/i.test(bare)) return bare;
  throw userError(
    'bad-value',
    `${name}: "${text}" is not an address`,
    'write an address or a name of this machine, such as 0.0.0.0 or 192.168.1.5; the port is the value of --web',
  );
};

/** Of every verb that has the live page beside a load. */
export const webOptions = {
  web: run.optional('PORT', 'the live page: shows the run in a browser, and steers it', webPort, {
    bare: '8089',
    shownDefault: 'none; 8089 without a PORT, 0: any',
  }),
  webHost: run.value('ADDRESS', 'with --web: where it listens; others than loopback want a key', address, {
    default: '127.0.0.1',
  }),
};

/** Where the live page listens. */
export interface WebPlace {
  port: number;
  host: string;
}

/**
 * @param typed keys of what was typed: the config file may name an address for whenever there is a page
 * @returns null: there is to be no page
 * @throws MlbenchError `contradiction`
 */
export function webPlace(
  { web, webHost }: Settings<typeof webOptions>,
  typed: ReadonlySet<string>,
): WebPlace | null {
  if (web !== undefined && web !== null) return { port: web, host: webHost ?? webOptions.webHost.default };
  if (webHost === undefined || !typed.has('webHost')) return null;
  throw userError(
    'contradiction',
    `--web-host ${webHost} has a meaning with --web alone`,
    'add --web, or leave out --web-host',
  );
}
