/**
 * What a run needs and nobody may read: in no plan, record or message. Workers get it beside the plan, as they get the
 * credentials that requests are signed with.
 */
export interface ConnectionSecrets {
  /** Of the client's certificate: PEM. */
  key?: string;
  passphrase?: string;
  /** The `authorization` header of a URL that names a user. */
  authorization?: string;
  /** The `proxy-authorization` header of a proxy that does. */
  proxyAuthorization?: string;
}
