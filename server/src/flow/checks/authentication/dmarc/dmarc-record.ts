export type Policy = 'none' | 'quarantine' | 'reject'

/** A DMARC Policy Record (RFC 9989, 4.7). */
export interface DmarcRecord {
  /** Policies as they apply; `p` is none where it was broken and reports are asked for. */
  readonly p: Policy
  readonly sp: Policy | null
  readonly np: Policy | null
  readonly strictDkim: boolean
  readonly strictSpf: boolean
  /** t=y: apply the policy one level lower. */
  readonly testing: boolean
  /** pct= of RFC 7489, 6.6.4; 100 where it is missing. RFC 9989 dropped it, and domains still rely on it. */
  readonly percent: number
  /** psd=: y public suffix, n organizational domain, u (default) to be found by the walk. */
  readonly psd: 'y' | 'n' | 'u'
}

/** What stands at one name: a record, one that is there and asks for nothing, or none. */
export type DmarcReading = DmarcRecord | 'no-policy' | null

/** The version comes first, and its value is compared with case (RFC 9989, 4.7). */
const version = /^[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/
/** Tags of one record; fourteen are registered. */
const maxTags = 100
const uri = /^[a-z][a-z0-9+.-]*:/i

/**
 * Reads the TXT records of a `_dmarc` name. Several DMARC records count as none (RFC 9989, 4.10, step 2).
 * @param texts each with its segments joined, bytes as latin1 code units
 */
export function readDmarcRecords(texts: readonly string[]): DmarcReading {
  const records = texts.map((text) => text.trim()).filter((text) => version.test(text))
  return records.length === 1 ? readDmarcRecord(records[0] ?? '') : null
}

function readDmarcRecord(text: string): DmarcReading {
  const tags = readTags(text)
  if (tags === null) return null
  const word = (name: string) => tags.get(name)?.toLowerCase()
  const p = readPolicy(word('p'))
  const sp = readPolicy(word('sp'))
  const np = readPolicy(word('np'))
  const sound = (sp !== null || !tags.has('sp')) && (np !== null || !tags.has('np'))
  // A broken policy counts as none where reports are asked for, and else as no record (RFC 9989, 4.10.1).
  const reports = (tags.get('rua') ?? '').split(',').some((each) => uri.test(each.trim()))
  const psd = word('psd')
  const common: Omit<DmarcRecord, 'p' | 'sp' | 'np'> = {
    strictDkim: word('adkim') === 's',
    strictSpf: word('aspf') === 's',
    testing: word('t') === 'y',
    percent: readPercent(tags.get('pct')),
    psd: psd === 'y' || psd === 'n' ? psd : 'u',
  }
  if (sound && p !== null) return { ...common, p, sp, np }
  return reports ? { ...common, p: 'none', sp: null, np: null } : 'no-policy'
}

/** Tags by name in lower case; parts that are no tags are passed over. A tag that stands twice voids the list (RFC 6376, 3.2). */
function readTags(text: string): Map<string, string> | null {
  const tags = new Map<string, string>()
  for (const part of text.split(';').slice(0, maxTags)) {
    const equals = part.indexOf('=')
    const name = part.slice(0, Math.max(equals, 0)).trim().toLowerCase()
    if (name === '') continue
    if (tags.has(name)) return null
    tags.set(name, part.slice(equals + 1).trim())
  }
  return tags
}

function readPolicy(word: string | undefined): Policy | null {
  return word === 'none' || word === 'quarantine' || word === 'reject' ? word : null
}

function readPercent(text: string | undefined): number {
  return text !== undefined && /^\d{1,3}$/.test(text) && Number(text) <= 100 ? Number(text) : 100
}
