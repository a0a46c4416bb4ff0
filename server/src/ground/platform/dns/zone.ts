import type { RecordData, RecordType } from './resolver.ts'

/** A failure that a zone prescribes for a name or a type instead of an answer. */
export type ZoneFailure = 'SERVFAIL' | 'TIMEOUT' | 'REFUSED'

/** What a zone says about one name: records by type, or one failure for whatever is asked. */
export type ZoneEntry = ZoneFailure | { readonly [T in RecordType]?: readonly RecordData[T][] | ZoneFailure }

/** Names in lower case without trailing dot. A name that is not in the map does not exist. */
export type Zone = ReadonlyMap<string, ZoneEntry>

/** A zone that cannot be read; the text says which name is wrong and what would be right. */
export class ZoneError extends Error {
  readonly code = 'zone-wrong'
  constructor(text: string) {
    super(text)
    this.name = 'ZoneError'
  }
}

/**
 * Reads a zone from its JSON form: `{"a.test":{"TXT":["v=spf1 -all"],"AAAA":"TIMEOUT"},"b.test":"SERVFAIL"}`.
 * TXT records are texts or arrays of segments; MX, SRV, TLSA and CAA are objects; the others are texts.
 * @throws ZoneError for anything else
 */
export function readZone(json: unknown): Zone {
  if (!isObject(json))
    throw new ZoneError('a zone is an object of names, such as {"a.test":{"A":["192.0.2.1"]}}')
  const zone = new Map<string, ZoneEntry>()
  for (const [name, value] of Object.entries(json)) {
    zone.set(name.toLowerCase().replace(/\.$/, ''), readEntry(name, value))
  }
  return zone
}

function readEntry(name: string, value: unknown): ZoneEntry {
  if (isFailure(value)) return value
  if (!isObject(value))
    throw new ZoneError(`${name}: expected an object of record types, or SERVFAIL, TIMEOUT or REFUSED`)
  const entry: Record<string, unknown> = {}
  for (const [type, records] of Object.entries(value)) {
    const read = readers[type as RecordType]
    // Types that we never ask for may stand in a zone that was made for others.
    if (read === undefined) continue
    if (isFailure(records)) entry[type] = records
    else if (Array.isArray(records))
      entry[type] = records.map((record) => readRecord(name, type, record, read))
    else throw new ZoneError(`${name} ${type}: expected an array of records, or SERVFAIL, TIMEOUT or REFUSED`)
  }
  return entry as ZoneEntry
}

function readRecord(
  name: string,
  type: string,
  record: unknown,
  read: (record: unknown) => unknown,
): unknown {
  const value = read(record)
  if (value === undefined) throw new ZoneError(`${name} ${type}: ${JSON.stringify(record)} is no such record`)
  return value
}

const text = (record: unknown) => (typeof record === 'string' ? record : undefined)

const fields =
  (shape: Record<string, 'number' | 'string'>) =>
  (record: unknown): unknown => {
    if (!isObject(record)) return undefined
    return Object.entries(shape).every(([key, kind]) => typeof record[key] === kind) ? record : undefined
  }

function segments(record: unknown): string[] | undefined {
  if (typeof record === 'string') return [record]
  if (Array.isArray(record) && record.every((each) => typeof each === 'string')) return record as string[]
  return undefined
}

const readers: Readonly<Record<RecordType, (record: unknown) => unknown>> = {
  A: text,
  AAAA: text,
  PTR: text,
  CNAME: text,
  NS: text,
  TXT: segments,
  MX: fields({ preference: 'number', exchange: 'string' }),
  SOA: fields({ minimum: 'number' }),
  SRV: fields({ priority: 'number', weight: 'number', port: 'number', target: 'string' }),
  TLSA: fields({ usage: 'number', selector: 'number', matchingType: 'number', data: 'string' }),
  CAA: fields({ flags: 'number', tag: 'string', value: 'string' }),
}

function isFailure(value: unknown): value is ZoneFailure {
  return value === 'SERVFAIL' || value === 'TIMEOUT' || value === 'REFUSED'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
