/** How a step of a SASL exchange (RFC 4422) ends. */
export type SaslStep =
  /** The server says this, and the client answers. */
  | { readonly kind: 'challenge'; readonly text: Buffer }
  /** The client has given login and password, which have to be held against each other. */
  | { readonly kind: 'password'; readonly login: string; readonly password: string }
  /** The login has proved that it knows its password; `text` is what the server still has to say. */
  | { readonly kind: 'proved'; readonly login: string; readonly text: Buffer | null }
  | { readonly kind: 'wrong'; readonly login: string }
  /** What came is not of the form that the mechanism asks for. */
  | { readonly kind: 'malformed' }

/** One exchange by one mechanism; `next` is called with each answer of the client. */
export interface SaslExchange {
  /** Null: the client has not sent anything with its command. */
  next(response: Buffer | null): SaslStep
}
