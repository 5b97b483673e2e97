/** Whom a run trusts, and what it shows of itself. The key is among the `ConnectionSecrets`. */
export interface TlsPlan {
  /** Certificates are not checked. */
  insecure?: boolean;
  /** Trusted instead of Node's own authorities: PEM. */
  ca?: string;
  /** The client's: PEM. */
  certificate?: string;
}
