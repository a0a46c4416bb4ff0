import type { BodyStore } from '#flow/spool/body-store.ts'
import type { ContentKeySource } from '#flow/spool/content-key-source.ts'
import type { ProbeMark } from '#ground/mail/probe-address.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Log } from '#ground/platform/log.ts'
import type { AcceptMessage } from './accept-message.ts'
import type { Admission } from './admission.ts'
import type { RateLimits } from './rate-limits.ts'
import type { RecipientSource } from './recipient-source.ts'
import type { RefusalNotes } from './refusal-notes.ts'
import type { SenderSource } from './sender-source.ts'
import type { SendingVolume } from './sending-volume.ts'
import type { SignedSenders } from './signed-senders.ts'
import type { VerifyLogin } from './verify-login.ts'

/** What every session of this node works with. */
export interface GatewayContext {
  readonly settings: Config
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => string
  readonly recipients: RecipientSource
  readonly senders: SenderSource
  readonly logins: VerifyLogin
  readonly signedSenders: SignedSenders
  readonly volume: SendingVolume
  /** What an address of a message of our own stands for; null: it is none. */
  readonly probeOf: (address: string) => ProbeMark | null
  readonly rates: RateLimits
  readonly admission: Admission
  readonly bodies: BodyStore
  /** What content is encrypted with. */
  readonly contentKeys: ContentKeySource
  readonly refusals: RefusalNotes
  readonly accept: AcceptMessage
  readonly hasTls: () => boolean
  readonly trustsXclient: (ip: string) => boolean
}
