import type { PasswordRecord } from '#ground/platform/password-record.ts'
import type { OutboundPolicy } from './outbound-policy.ts'

/** Somebody who may send through here, as the directory snapshot knows him. */
export interface KnownSender {
  /** How he is known: the network or the certificate of a server, or a login that has proved its password. */
  readonly by: 'network' | 'certificate' | 'login'
  /** The login, or the id of the entry, for the trace. */
  readonly name: string
  readonly tenant: string
  /** Domains that he sends for; null: all of the tenant and of those below it. */
  readonly domains: readonly string[] | null
  /** Addresses that he sends as; null: any of these domains. */
  readonly addresses: readonly string[] | null
}

/** A login with what proves it. */
export interface Login {
  readonly sender: KnownSender
  readonly passwords: readonly PasswordRecord[]
}

/** What a client has shown of itself before it said anything. */
export interface ClientSigns {
  readonly ip: string
  /** SHA-256 of its certificate as hex digits in small letters; null: it has shown none. */
  readonly fingerprint: string | null
}

/** Whose an address of a sender is. */
export interface SenderPlace {
  readonly tenant: string
  readonly domain: string
}

/** Who may send to the world through here: the last good snapshot of the directory, which answers at once. */
export interface SenderSource {
  /** Servers that these signs speak for; several customers may share one network. */
  relaysOf(signs: ClientSigns): readonly KnownSender[]
  /** Null: there is none such. @throws Error while there is no snapshot */
  loginOf(name: string): Login | null
  /** Whose the address is, where the sender may use it; null: he may not. */
  placeOf(sender: KnownSender, address: string): SenderPlace | null
  /** Whether clients are asked for a certificate, because somebody is known by his. */
  asksCertificates(): boolean
  /** What is thought of mail that this address sends. */
  outboundPolicyOf(address: string): OutboundPolicy
}
