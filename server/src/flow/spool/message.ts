import type { ByteEdit } from '#ground/mail/byte-edits.ts'
import type { WrappedKey } from '#ground/platform/sealed-content.ts'
import type { DeliveryState } from './message-state.ts'
import type { Reason } from './reasons.ts'

/** inbound: to a domain of ours; outbound: from a customer to the world; own: notices that we write. */
export type Direction = 'inbound' | 'outbound' | 'own'

/** The client that handed a message in, as seen or as named by a trusted proxy. */
export interface Client {
  readonly ip: string
  readonly port: number
  /** What it called itself in HELO or EHLO. */
  readonly helo: string
  readonly protocol: 'SMTP' | 'ESMTP' | 'ESMTPS' | 'ESMTPA' | 'ESMTPSA' | 'LOCAL'
  readonly tls: { readonly version: string; readonly cipher: string } | null
  /** Who of ours sends through it, and how he was known; absent: nobody of ours. */
  readonly sender?: MessageSender
}

/** Somebody who may send through here. */
export interface MessageSender {
  readonly by: 'network' | 'certificate' | 'login'
  /** The login, or the id of the entry of a server. */
  readonly name: string
  readonly tenant: string
  /** Addresses that he may send as; absent: any of his domains. */
  readonly addresses?: readonly string[]
}

/** What the sender asked for a recipient (RFC 3461). */
export interface DsnRequest {
  /** `never`, or any of the other three; null: nothing asked. */
  readonly notify: readonly ('never' | 'success' | 'failure' | 'delay')[] | null
  /** ORCPT as given: type and xtext. */
  readonly orcpt: string | null
}

/** What the sender asked for the whole message. */
export interface MailParameters {
  readonly body: '7BIT' | '8BITMIME'
  readonly smtputf8: boolean
  readonly ret: 'FULL' | 'HDRS' | null
  readonly envid: string | null
}

/** A change made while a message is sent; stored bytes never change (the offsets are those of the stored bytes). */
export type MessageEdit = ByteEdit & {
  /** Recipients whose copy is changed; absent: all. */
  readonly only?: readonly string[]
  /** Takes something out that must be had again: a copy that is kept whole comes without the change. */
  readonly strips?: true
}

/** What inspection has said of a message, kept for whoever asks why. Opaque to spool and delivery. */
export interface Explanation {
  readonly verdict: string
  readonly score: number
  readonly findings: readonly object[]
  readonly facts: Readonly<Record<string, unknown>>
  readonly timings: Readonly<Record<string, number>>
  /** Score from which the recipient's policy sets mail aside. */
  readonly tolerance?: number
  /** What would have changed the outcome, the smallest change first; see flow/inspection/outcome-change.ts. */
  readonly changes?: readonly object[]
  /** Where recipients were treated differently: how, and why; see flow/inspection/explain-decisions.ts. */
  readonly decisions?: readonly object[]
  /** Rules that held for recipients other than the one whom `findings` tell of, and for whom. */
  readonly rulesBeside?: readonly { readonly rule: string; readonly only: readonly string[] }[]
  /** Where its short links lead, found out after it was decided. */
  readonly followed?: {
    readonly at: number
    /** `end` null: there was no room to follow it. */
    readonly links: readonly { readonly url: string; readonly end: object | null }[]
  }
  /** What that says against it; it weighed nothing when it was decided. */
  readonly late?: readonly object[]
}

/** A message as it is written down once. */
export interface NewMessage {
  readonly id: string
  readonly node: string
  readonly direction: Direction
  readonly mailFrom: string
  readonly client: Client
  readonly parameters: MailParameters
  readonly size: number
  readonly receivedAt: number
  readonly subject: string
  readonly headerFrom: string
  readonly headerMessageId: string
  /** inspecting: checks go on behind the answer; decided: the verdict stands. */
  readonly state: 'inspecting' | 'decided'
  readonly explanation: Explanation
  readonly edits: readonly MessageEdit[]
}

/** On what terms a delivery is made, where a rule has said more than its recipient's address. */
export interface DeliveryTerms {
  /** It leaves encrypted, or to a host that has proved its name, or not at all. */
  readonly tls?: 'required' | 'verify'
  /** Its recipient is none of the envelope: by which action of which rule it is made, and beside whose delivery. */
  readonly added?: {
    readonly by: 'copy' | 'redirect' | 'keep-whole'
    readonly rule: string
    readonly of: string
  }
}

/** One recipient of a new message. */
export interface NewDelivery {
  readonly n: number
  readonly rcptTo: string
  readonly dsn: DsnRequest
  readonly tenant: string
  /** Its own direction, where the message goes both ways; absent: that of the message. */
  readonly direction?: Direction
  /** The queue it stands in; see lane.ts. */
  readonly lane: string
  readonly state: DeliveryState
  readonly reason: Reason
  /** What it was judged to be, for figures; absent: nothing yet, or it is none that is judged. */
  readonly verdict?: string
  /** When it may be attempted; null: not before somebody says so. */
  readonly dueAt: number | null
  readonly expiresAt: number
  /** When the sender hears that it still waits; null: never. */
  readonly noticeAt: number | null
  readonly terms?: DeliveryTerms
  /** It goes to many, and lets mail to one go first. */
  readonly isBulk?: true
}

/**
 * The bytes of a message: in memory, or a file that is already durable. With a `dataKey` (32 bytes) the content is
 * encrypted wherever it is kept: bytes in memory are in clear all the same, those of the file are not; who reads it goes
 * by read-file-body.ts.
 */
export type Body =
  | {
      readonly kind: 'inline'
      readonly bytes: Uint8Array
      readonly dataKey?: Uint8Array
      /** Of new content only. */
      readonly wrappedKey?: WrappedKey
    }
  | FileBody

/** Content in a file. */
export interface FileBody {
  readonly kind: 'file'
  readonly path: string
  /** Of what came; that of the file is another one where it is encrypted. */
  readonly size: number
  /** Of the bytes of the file. */
  readonly sha256: string
  /** Of what came, where that is another one and was just taken in. */
  readonly clearSha256?: string
  readonly dataKey?: Uint8Array
  /** Of new content only. */
  readonly wrappedKey?: WrappedKey
}

/** A delivery as its key: message id and number of the recipient. */
export interface DeliveryKey {
  readonly messageId: string
  readonly n: number
}

/** Why nobody of a tenant writes to a recipient, and until when; see services/suppression. */
export interface SuppressedRecipient {
  readonly cause: 'bounce' | 'complaint' | 'hand'
  /** What the bounce meant; empty: it was none. */
  readonly class: string
  /** The receiver's words. */
  readonly words: string
  readonly addedAt: number
  readonly until: number
}

/** A recipient of a message that is to be left alone. */
export interface SuppressedDelivery {
  readonly n: number
  readonly suppressed: SuppressedRecipient
}
