import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Addresses of messages of our own that go round to see whether mail gets through: `probe-KIND-UNTIL-TOKEN-MAC@host`.
 * Whoever does not hold the key of this site cannot make one, none lasts longer than minutes, and what is sent to one
 * reaches nobody but the loop that it was made for.
 */

/** in: the road of mail for our people; out: that of mail to the world; aside: set aside, and let go. */
export const loopKinds = ['in', 'out', 'aside'] as const
export type LoopKind = (typeof loopKinds)[number]
/** drill: mail of a drill, whose next hop has a fault on purpose. */
export const probeKinds = [...loopKinds, 'drill'] as const
export type ProbeKind = (typeof probeKinds)[number]

export interface ProbeMark {
  readonly kind: ProbeKind
  /** 20 hex digits, never the same twice. */
  readonly token: string
}

const form = /^probe-(in|out|aside|drill)-([0-9a-z]{8,9})-([0-9a-f]{20})-([0-9a-f]{20})$/

/** @param until when it ends (ms) @param secret key of this site */
export function probeAddress(mark: ProbeMark, until: number, secret: string, host: string): string {
  const signed = `${mark.kind}-${until.toString(36)}-${mark.token}`
  return `probe-${signed}-${macOf(signed, host, secret)}@${host}`
}

/** What a probe address of this host stands for; null: it is none, none of ours, or its time is over. */
export function readProbeAddress(
  address: string,
  secret: string,
  host: string,
  now: number,
): ProbeMark | null {
  const at = address.lastIndexOf('@')
  if (at < 0 || address.slice(at + 1).toLowerCase() !== host.toLowerCase()) return null
  const [, kind, until = '', token = '', mac = ''] = form.exec(address.slice(0, at).toLowerCase()) ?? []
  if (kind === undefined || Number.parseInt(until, 36) < now) return null
  const made = Buffer.from(macOf(`${kind}-${until}-${token}`, host, secret))
  return timingSafeEqual(made, Buffer.from(mac)) ? { kind: kind as ProbeKind, token } : null
}

/** Of an address that was found to be one before. */
export function probeKindOf(address: string): ProbeKind {
  return probeKinds.find((each) => address.toLowerCase().startsWith(`probe-${each}-`)) ?? 'in'
}

function macOf(signed: string, host: string, secret: string): string {
  return createHmac('sha256', secret)
    .update(`probe ${signed} ${host.toLowerCase()}`)
    .digest('hex')
    .slice(0, 20)
}
