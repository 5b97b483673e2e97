import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { userError } from '../../core/errors.ts';
import { hideUserinfo } from '../../core/redact.ts';

/**
 * The proxy for a URL: the one named, else by HTTPS_PROXY, HTTP_PROXY and NO_PROXY in either case, as curl reads them.
 * @throws MlbenchError `bad-proxy` (exit code 2)
 */
export function proxyFor(
  url: string,
  named: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const read = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  const destination = new URL(url);
  const proxy =
    named ??
    (bypassed(destination.hostname, read('NO_PROXY')) ? undefined : read(proxyVariable(destination)));
  if (proxy === undefined) return undefined;
  // Like curl: without a scheme it is http.
  const written = proxy.includes('://') ? proxy : `http://${proxy}`;
  const parsed = URL.canParse(written) ? new URL(written) : undefined;
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return written;
  throw userError(
    'bad-proxy',
    `the proxy "${hideUserinfo(proxy)}" is not an http or https URL`,
    'write it like http://proxy:3128',
  );
}

function proxyVariable({ protocol }: URL): string {
  return protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
}

function bypassed(hostname: string, list: string | undefined): boolean {
  return (list ?? '').split(',').some((entry) => {
    const name = entry.trim().toLowerCase().replace(/^\./, '');
    return name === '*' || (name !== '' && (hostname === name || hostname.endsWith(`.${name}`)));
  });
}

/**
 * Opens a tunnel by CONNECT (RFC 9110 §9.3.6).
 * @param authority `host:port` of the service
 * @param authorization what the proxy is told of us
 * @param done a socket on which the service listens, or what went wrong
 */
export function openTunnel(
  proxy: string,
  authority: string,
  authorization: string | undefined,
  done: (error: Error | null, socket: Socket | null) => void,
): Socket {
  const url = new URL(proxy);
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const secure = url.protocol === 'https:';
  const port = Number(url.port) || (secure ? 443 : 80);
  const socket: Socket = secure
    ? connectTls({ host: hostname, port, servername: hostname, ALPNProtocols: ['http/1.1'] })
    : connectTcp({ host: hostname, port });
  let head = '';
  const finish = (error: Error | null) => {
    socket.off('data', onData).off('error', finish).off('end', onEnd);
    if (error !== null) socket.destroy();
    done(error, error === null ? socket : null);
  };
  const onEnd = () => finish(new Error('the proxy closed the connection'));
  const onData = (data: Buffer) => {
    head += data.toString('latin1');
    if (head.length > 16_384) finish(new Error('the proxy answers with too long a head'));
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);
    // Nothing may follow: the service does not speak first.
    if (status >= 200 && status < 300 && end + 4 === head.length) finish(null);
    else finish(new Error(`the proxy refuses a tunnel: HTTP ${status}`));
  };
  const credentials = authorization === undefined ? '' : `proxy-authorization: ${authorization}\r\n`;
  socket.on('error', finish).on('end', onEnd).on('data', onData);
  socket.once(secure ? 'secureConnect' : 'connect', () => {
    socket.write(`CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${credentials}\r\n`);
  });
  return socket;
}
