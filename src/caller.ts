/** Who calls over HTTP: one type from the front that verified them to the audit record. */
export interface Caller {
  /** A name that nobody else can have and that may stand in logs: the `principal` of audit records. */
  readonly name: string;
  readonly scopes: readonly string[];
  readonly identity?: Identity | undefined;
}

/** What is known of a caller. As it was verified, letter by letter, so that it can be compared; clean it before it is shown. */
export type Identity = UserIdentity | ClientIdentity | TokenIdentity;

/** A person, for whom an authorization server vouches. */
export interface UserIdentity extends Vouched {
  readonly kind: "user";
  readonly subject: string;
  /** The client that they came through. */
  readonly clientId?: string | undefined;
}

/** A client that speaks for itself, as bots do. */
export interface ClientIdentity extends Vouched {
  readonly kind: "client";
  readonly clientId: string;
}

/** Whoever holds a static token. */
export interface TokenIdentity {
  readonly kind: "token";
  /** "token-1" for the first token of the setting, and so on. */
  readonly place: string;
}

interface Vouched {
  /** The server that vouches. A subject, an e-mail address and a client id mean something only together with it. */
  readonly issuer: string;
  /** Absent where the issuer itself says that it is not verified. */
  readonly email?: string | undefined;
  /** When the person logged in, in seconds since the epoch. */
  readonly authTime?: number | undefined;
  /** All verified claims, to choose a credential by. They hold what nobody asked for: never log, show or send them as a whole. */
  readonly claims: Readonly<Record<string, unknown>>;
}
