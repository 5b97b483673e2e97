/** What a server did that HTTP/1.1 (RFC 9112) does not allow, or that this client refuses to be led by. */
export type ProtocolFault =
  | 'bad status line'
  | 'bad header line'
  | 'header block over 300 KiB'
  | 'conflicting content-lengths'
  | 'bad content-length'
  | 'unsupported transfer-encoding'
  | 'bad chunk size'
  | 'chunk longer than it says'
  | 'body over 256 MiB'
  | 'too many interim responses'
  | 'protocol switched unasked'
  | 'bytes after the response'
  | 'response before the request was sent'
  | 'response before the request was sent whole'
  | 'body not in the coding it names'
  | 'closed before the response was whole';

export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly fault: ProtocolFault;

  constructor(fault: ProtocolFault) {
    super(fault);
    this.fault = fault;
  }
}
