import { normalizeDomainName } from './domain-name.ts'
import type { DnsAnswer, RecordData, RecordType, Resolver } from './resolver.ts'
import type { Zone, ZoneFailure } from './zone.ts'

/** Longest chain of CNAMEs that is followed; real ones have one to three links. */
const maxLinks = 12

/**
 * A resolver that answers from a zone and asks nobody. Deterministic and without state:
 * commands and tests judge mail against it.
 */
export function createZoneResolver(zone: Zone): Resolver {
  const ancestors = emptyNonTerminals(zone)
  return {
    lookup: (name, type) => Promise.resolve(answerFromZone(zone, ancestors, name, type)),
  }
}

/** Names that exist only because something stands below them (RFC 8020): asking for them finds no data. */
function emptyNonTerminals(zone: Zone): Set<string> {
  const found = new Set<string>()
  for (const name of zone.keys()) {
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1))
      found.add(name.slice(dot + 1))
  }
  return found
}

function answerFromZone<T extends RecordType>(
  zone: Zone,
  ancestors: Set<string>,
  asked: string,
  type: T,
): DnsAnswer<T> {
  let name = normalizeDomainName(asked)
  for (let link = 0; link <= maxLinks; link++) {
    if (name === null) return { status: 'nxdomain' }
    const entry = zone.get(name)
    if (entry === undefined) return { status: ancestors.has(name) ? 'nodata' : 'nxdomain' }
    if (typeof entry === 'string') return failure(entry)
    const records = entry[type] as readonly RecordData[T][] | ZoneFailure | undefined
    if (typeof records === 'string') return failure(records)
    if (records !== undefined && records.length > 0) return { status: 'found', records: [...records] }
    const alias = entry.CNAME
    if (typeof alias === 'string') return failure(alias)
    const target = alias?.[0]
    if (target === undefined) return { status: 'nodata' }
    name = normalizeDomainName(target)
  }
  return { status: 'servfail', reason: `the chain of CNAMEs at ${asked} has no end` }
}

function failure(word: ZoneFailure): { status: 'servfail' | 'timeout' | 'refused'; reason: string } {
  if (word === 'TIMEOUT') return { status: 'timeout', reason: 'no answer in time' }
  if (word === 'REFUSED') return { status: 'refused', reason: 'the server refused to answer' }
  return { status: 'servfail', reason: 'the server failed to answer' }
}
