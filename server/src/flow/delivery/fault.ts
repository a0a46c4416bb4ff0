import type { TlsTrouble } from '#ground/platform/tls/handshake-trouble.ts'

/** Where in the conversation a try came to its end. */
export type Phase =
  | 'lookup'
  | 'connect'
  | 'identity'
  | 'greeting'
  | 'ehlo'
  | 'starttls'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'final'
  | 'local'

/**
 * A try that did not end in a reply to mail: the wire broke, time ran out, a name has no address.
 * `reply` is what the peer last said, where it said something.
 */
export class DeliveryFault extends Error {
  readonly code = 'delivery-fault'
  readonly phase: Phase
  readonly kind:
    | 'no-such-domain'
    | 'no-mail-here'
    | 'dns'
    /** The directory names another route than the snapshot, which follows. */
    | 'route-to-come'
    | 'loop'
    | 'unreachable'
    | 'timeout'
    | 'lost'
    | 'refused'
    | 'tls'
    /** This message must be encrypted, and the hop does not do it; other mail may go. */
    | 'tls-needed'
    | 'identity'
    /** None of our addresses may send to the receiver for now; its servers are not asked. */
    | 'no-address'
    | 'protocol'
    | 'local'
  readonly reply: { readonly code: number; readonly enhanced: string; readonly text: string } | null
  /** What is wrong with its TLS; null: it is about something else. */
  readonly trouble: TlsTrouble | null
  constructor(
    phase: Phase,
    kind: DeliveryFault['kind'],
    text: string,
    reply: DeliveryFault['reply'] = null,
    trouble: TlsTrouble | null = null,
  ) {
    super(text)
    this.name = 'DeliveryFault'
    this.phase = phase
    this.kind = kind
    this.reply = reply
    this.trouble = trouble
  }
}
