import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'

/** One case of a YAML suite in the form that openspf.org began. */
export interface SpfCase {
  readonly name: string
  readonly ip: string
  readonly helo: string
  readonly mailFrom: string
  /** Any of these words is right. */
  readonly results: readonly string[]
  /** Text, `DEFAULT` for "no usable one", or null where the case does not say. */
  readonly explanation: string | null
}

export interface SpfScenario {
  readonly description: string
  readonly cases: readonly SpfCase[]
  readonly zone: Record<string, unknown>
}

type Row = Record<string, unknown>

/** Reads a gzipped suite in place; null where its package is not installed. */
export function readSpfScenarios(path: string): SpfScenario[] | null {
  if (!existsSync(path)) return null
  const text = execFileSync('zcat', [path], { encoding: 'utf8', maxBuffer: 1 << 24 })
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Row)
    .filter((document) => document?.tests)
    .map((document) => ({
      description: String(document.description),
      cases: Object.entries(document.tests as Record<string, Row>).map(([name, row]) => readCase(name, row)),
      zone: readZone(document.zonedata as Record<string, unknown[]>),
    }))
}

function readCase(name: string, row: Row): SpfCase {
  return {
    name,
    ip: String(row.host),
    helo: String(row.helo),
    mailFrom: String(row.mailfrom ?? ''),
    results: [row.result].flat().map(String),
    explanation: row.explanation === undefined ? null : String(row.explanation),
  }
}

const askedTypes = ['A', 'AAAA', 'MX', 'TXT', 'PTR', 'CNAME']

/**
 * The zone rules of the suites: a record under SPF is served as TXT too unless the name has TXT of its
 * own, `TXT: NONE` means none at all, and a bare TIMEOUT silences every type that is not listed beside it.
 */
function readZone(zonedata: Record<string, unknown[]>): Record<string, unknown> {
  const zone: Record<string, unknown> = {}
  for (const [name, rows] of Object.entries(zonedata)) {
    const records: Record<string, unknown[]> = {}
    let silent = false
    for (const row of rows) {
      if (row === 'TIMEOUT') silent = true
      else
        for (const [type, value] of Object.entries(row as Row)) {
          records[type] ??= []
          records[type].push(readRecord(type, value))
        }
    }
    const { SPF: spf, ...entry } = records as Record<string, unknown>
    if (spf !== undefined && entry.TXT === undefined) entry.TXT = spf
    if (Array.isArray(entry.TXT)) entry.TXT = entry.TXT.filter((each) => each !== 'NONE')
    if (silent) for (const type of askedTypes) entry[type] ??= 'TIMEOUT'
    zone[name.toLowerCase()] = entry
  }
  return zone
}

function readRecord(type: string, value: unknown): unknown {
  if (type === 'MX') {
    const [preference, exchange] = value as [number, string]
    return { preference, exchange }
  }
  return Array.isArray(value) ? value.map(String) : String(value)
}
