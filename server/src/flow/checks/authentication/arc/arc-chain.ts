import type { HeaderField } from '#ground/mail/header.ts'
import { normalizeDomainName } from '#ground/platform/dns/domain-name.ts'
import type { CanonicalHeader } from '../dkim/canonical-header.ts'
import { isUsable, type MessageSignature, readMessageSignature } from '../dkim/message-signature.ts'
import { parseTagList, type TagList, withoutBlanks } from '../dkim/tag-list.ts'

/** One ARC-Seal that can be verified. */
export interface Seal {
  readonly field: HeaderField
  readonly algorithm: 'rsa-sha256' | 'ed25519-sha256'
  readonly domain: string
  readonly selector: string
  readonly signature: Buffer
}

/** One set of the chain: what one handler saw, signed and sealed (RFC 8617, 4.2). */
export interface ArcSet {
  readonly results: HeaderField
  readonly message: HeaderField
  readonly seal: Seal
}

/**
 * The chain of a message by its structure alone (RFC 8617, 5.2, steps 1 to 3). `highest` is the highest
 * instance that any field names, and `ended` says that the newest seal itself says cv=fail: the number
 * after which a new set would come, and whether one may come at all (RFC 8617, 5.1).
 */
export type ArcChain =
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly reason: string; readonly highest: number; readonly ended: boolean }
  | { readonly kind: 'whole'; readonly sets: readonly ArcSet[]; readonly newest: MessageSignature }

/** RFC 8617, 4.2.1. */
const maxSets = 50
const names = ['arc-authentication-results', 'arc-message-signature', 'arc-seal'] as const
type ArcName = (typeof names)[number]

/** Collects the ARC sets of a header and checks that they form a chain. */
export function readArcChain(header: CanonicalHeader): ArcChain {
  const fields = names.flatMap((name) =>
    header.all(name).map((field) => ({ name, field, instance: instanceOf(name, field) })),
  )
  if (fields.length === 0) return { kind: 'none' }
  let highest = 0
  for (const { instance } of fields) if (instance !== null && instance > highest) highest = instance
  const newestSeal = fields.find((each) => each.name === 'arc-seal' && each.instance === highest)
  const ended = newestSeal !== undefined && chainStatus(newestSeal.field) === 'fail'
  const broken = (reason: string): ArcChain => ({ kind: 'broken', reason, highest, ended })
  if (fields.some((each) => each.instance === null))
    return broken('a field of the chain has no valid instance')
  if (highest > maxSets) return broken(`the chain has more than ${maxSets} sets`)
  if (ended) return broken('the newest seal says that the chain has failed')
  const sets: ArcSet[] = []
  for (let instance = 1; instance <= highest; instance++) {
    const set = readSet(fields, instance)
    if (typeof set === 'string') return broken(`i=${instance}: ${set}`)
    sets.push(set)
  }
  const newest = sets.at(-1)
  const signature = newest === undefined ? null : readMessageSignature(newest.message, 'arc')
  if (signature === null || !isUsable(signature))
    return broken(`i=${highest}: ${signature?.problem ?? 'there is no set'}`)
  if (signature.signedNames.includes('arc-seal'))
    return broken(`i=${highest}: the message signature covers seals`)
  return { kind: 'whole', sets, newest: signature }
}

const blank = String.raw`(?:[ \t\r\n]|\([^()\\]*\))*`
const leading = new RegExp(`^${blank}i${blank}=${blank}(\\d{1,2})${blank};`)

type Row = { readonly name: ArcName; readonly field: HeaderField; readonly instance: number | null }

/** One set: each of the three fields exactly once, and a sound seal; else what is wrong. */
function readSet(fields: readonly Row[], instance: number): ArcSet | string {
  const own = fields.filter((each) => each.instance === instance)
  const found = names.map((name) => own.filter((each) => each.name === name).map((each) => each.field))
  const [results = [], message = [], seals = []] = found
  const missing = names[found.findIndex((each) => each.length !== 1)]
  if (!results[0] || !message[0] || !seals[0] || missing !== undefined)
    return `${missing} is missing or stands twice`
  const status = chainStatus(seals[0])
  // The first seal has no chain before it; all others must vouch for one (RFC 8617, 5.2, step 3.C).
  if (status !== (instance === 1 ? 'none' : 'pass')) return `the seal says cv=${status}`
  const seal = readSeal(seals[0])
  return typeof seal === 'string' ? seal : { results: results[0], message: message[0], seal }
}

function readSeal(field: HeaderField): Seal | string {
  const tags = tagsOf(field)
  if (tags === null) return 'the seal breaks the syntax of tags'
  for (const name of ['a', 'b', 'd', 's']) if (!tags.has(name)) return `the seal has no ${name}=`
  // RFC 8617, 4.1.3: what a seal covers is fixed, and a list of names makes it invalid.
  if (tags.has('h')) return 'the seal has h='
  const algorithm = tags.get('a')?.toLowerCase()
  if (algorithm !== 'rsa-sha256' && algorithm !== 'ed25519-sha256')
    return 'the algorithm of the seal is not known'
  const domain = normalizeDomainName(tags.get('d') ?? '')
  const selector = normalizeDomainName(tags.get('s') ?? '')
  if (domain === null || selector === null) return 'the seal names no key'
  if (tags.has('t') && !/^\d{1,76}$/.test(tags.get('t') ?? '')) return 't= of the seal is no number'
  const signature = withoutBlanks(tags.get('b') ?? '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return 'b= of the seal is not base64'
  return { field, algorithm, domain, selector, signature: Buffer.from(signature, 'base64') }
}

/** The instance of a field, 1 to 99; null where it has none that is valid. */
function instanceOf(name: ArcName, field: HeaderField): number | null {
  const text = name === 'arc-authentication-results' ? leadingInstance(field) : tagsOf(field)?.get('i')
  return text !== undefined && /^\d{1,2}$/.test(text) && Number(text) > 0 ? Number(text) : null
}

/** In ARC-Authentication-Results the instance comes first and ends in a semicolon (RFC 8617, 4.1.1). */
function leadingInstance(field: HeaderField): string | undefined {
  return leading.exec(field.raw.slice(field.raw.indexOf(':') + 1))?.[1]
}

function chainStatus(field: HeaderField): string {
  return tagsOf(field)?.get('cv')?.toLowerCase() ?? ''
}

function tagsOf(field: HeaderField): TagList | null {
  return parseTagList(field.raw.slice(field.raw.indexOf(':') + 1))
}
