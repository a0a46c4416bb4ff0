export type Policy = 'none' | 'quarantine' | 'reject'

/** What a record asks for; `sp` and `np` are null where it does not say. */
export interface Policies {
  readonly p: Policy
  readonly sp: Policy | null
  readonly np: Policy | null
}

/** A DMARC Policy Record (RFC 9989, 4.7). */
export interface DmarcRecord {
  /** Null: broken, and without an address for reports, so that it asks for nothing (RFC 9989, 4.10.1). */
  readonly policies: Policies | null
  readonly strictDkim: boolean
  readonly strictSpf: boolean
  /** t=y: apply the policy one level lower. */
  readonly testing: boolean
  /** pct= of RFC 7489, 6.6.4; 100 where it is missing. RFC 9989 dropped it, and domains still rely on it. */
  readonly percent: number
  /** psd=: y public suffix, n organizational domain, u (default) to be found by the walk. */
  readonly psd: 'y' | 'n' | 'u'
}

/** The version comes first, and its value is compared with case (RFC 9989, 4.7). */
const version = /^[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/
/** Tags of one record; fourteen are registered. */
const maxTags = 100
const uri = /^[a-z][a-z0-9+.-]*:/i

/**
 * Reads the TXT records of a `_dmarc` name. Several DMARC records count as none (RFC 9989, 4.10, step 2).
 * @param texts each with its segments joined, bytes as latin1 code units
 */
export function readDmarcRecords(texts: readonly string[]): DmarcRecord | null {
  const records = texts.map((text) => text.trim()).filter((text) => version.test(text))
  return records.length === 1 ? readDmarcRecord(records[0] ?? '') : null
}

function readDmarcRecord(text: string): DmarcRecord | null {
  const tags = readTags(text)
  if (tags === null) return null
  const word = (name: string) => tags.get(name)?.toLowerCase()
  const psd = word('psd')
  return {
    policies: readPolicies(tags),
    strictDkim: word('adkim') === 's',
    strictSpf: word('aspf') === 's',
    testing: word('t') === 'y',
    percent: readPercent(tags.get('pct')),
    psd: psd === 'y' || psd === 'n' ? psd : 'u',
  }
}

/** A broken policy counts as p=none where reports are asked for (RFC 9989, 4.10.1). */
function readPolicies(tags: ReadonlyMap<string, string>): Policies | null {
  const p = readPolicy(tags.get('p'))
  const sp = readPolicy(tags.get('sp'))
  const np = readPolicy(tags.get('np'))
  const sound = (sp !== null || !tags.has('sp')) && (np !== null || !tags.has('np'))
  if (p !== null && sound) return { p, sp, np }
  const reports = (tags.get('rua') ?? '').split(',').some((each) => uri.test(each.trim()))
  return reports ? { p: 'none', sp: null, np: null } : null
}

/**
 * Tags by name; parts that are no tags are passed over. A tag that stands twice voids the list (RFC 6376, 3.2).
 * Names are compared with case there, and other receivers read `P=reject` all the same: where the name in lower
 * case is missing, the other spelling stands in.
 */
function readTags(text: string): ReadonlyMap<string, string> | null {
  const tags = new Map<string, string>()
  for (const part of text.split(';').slice(0, maxTags)) {
    const equals = part.indexOf('=')
    const name = part.slice(0, Math.max(equals, 0)).trim()
    if (name === '') continue
    if (tags.has(name)) return null
    tags.set(name, part.slice(equals + 1).trim())
  }
  for (const [name, value] of [...tags])
    if (!tags.has(name.toLowerCase())) tags.set(name.toLowerCase(), value)
  return tags
}

function readPolicy(value: string | undefined): Policy | null {
  const word = value?.toLowerCase()
  return word === 'none' || word === 'quarantine' || word === 'reject' ? word : null
}

function readPercent(text: string | undefined): number {
  return text !== undefined && /^\d{1,3}$/.test(text) && Number(text) <= 100 ? Number(text) : 100
}
