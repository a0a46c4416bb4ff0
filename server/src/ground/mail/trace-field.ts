import { createHmac, timingSafeEqual } from 'node:crypto'
import type { HeaderField } from './header.ts'
import { fieldValue } from './header.ts'

/** One time that a message came through this site, as its own trace field tells. */
export interface TracePass {
  readonly host: string
  readonly id: string
  /** 1 for the first time. */
  readonly pass: number
}

export interface TracePasses {
  /** Fields that this site has signed, from the newest. */
  readonly passes: readonly TracePass[]
  /** Highest pass among them; 0 where there is none. */
  readonly highest: number
  /** Trace fields with another signature or none: forged, or of another site that runs Mailkeep. */
  readonly foreign: number
}

const traceFieldName = 'Mailkeep-Trace'

/** Fields that are verified; above, they count as foreign. A flood of them must not cost a signature each. */
const maxVerified = 100

const pattern =
  /^v=1; host=([A-Za-z0-9.:_-]{1,255}); id=([A-Za-z0-9._-]{1,64}); pass=(\d{1,4}); sig=([A-Za-z0-9_-]{43})$/

/**
 * The trace field of a pass (promise of drill D20: the third sight of a message stops it), signed with HMAC-SHA-256
 * so that nobody else can make mail look as if it went round, and so that a loop that strips
 * Received fields is still seen.
 * @param key secret of the site; all nodes of a site share it
 * @returns one field without a line end behind it
 */
export function composeTraceField(trace: TracePass & { readonly key: string }): string {
  const host = trace.host.replace(/[^A-Za-z0-9.:_-]/g, '-').slice(0, 255)
  const id = trace.id.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 64)
  const pass = Math.min(trace.pass, 9999)
  const signature = sign({ host, id, pass }, trace.key).toString('base64url')
  return `${traceFieldName}: v=1; host=${host}; id=${id}; pass=${pass};\r\n\tsig=${signature}`
}

/** Reads the trace fields of a header. Those that `key` has not signed only count. Never throws. */
export function readTracePasses(fields: readonly HeaderField[], key: string): TracePasses {
  const passes: TracePass[] = []
  const name = traceFieldName.toLowerCase()
  let seen = 0
  for (const field of fields) {
    if (field.name !== name) continue
    const pass = seen++ < maxVerified ? verify(field, key) : null
    if (pass) passes.push(pass)
  }
  const highest = passes.reduce((most, each) => Math.max(most, each.pass), 0)
  return { passes, highest, foreign: seen - passes.length }
}

function verify(field: HeaderField, key: string): TracePass | null {
  if (field.raw.length > 1000) return null
  const match = pattern.exec(fieldValue(field).replace(/[ \t]+/g, ' '))
  if (!match) return null
  const [, host = '', id = '', digits = '', signature = ''] = match
  const pass = { host, id, pass: Number(digits) }
  return timingSafeEqual(sign(pass, key), Buffer.from(signature, 'base64url')) ? pass : null
}

/** None of the values can hold a line end, so no two passes are signed alike. */
function sign({ host, id, pass }: TracePass, key: string): Buffer {
  return createHmac('sha256', key).update(`mailkeep-trace\n1\n${host}\n${id}\n${pass}`).digest()
}
