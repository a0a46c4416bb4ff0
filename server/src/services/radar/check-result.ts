import type { FaultCode } from './deductions.ts'

export const checkNames = [
  'delivery',
  'mx',
  'exposure',
  'tls',
  'certificate',
  'spf',
  'dkim',
  'dmarc',
  'mta-sts',
  'tls-rpt',
  'dnssec',
  'dane',
  'reverse-dns',
  'blocklists',
] as const
export type CheckName = (typeof checkNames)[number]

/** What to enter where. Empty texts: there is no such record. */
export interface Fix {
  readonly text: string
  readonly record: string
  readonly type: string
  readonly value: string
}

export interface Fault {
  readonly code: FaultCode
  /** What was seen, in words. */
  readonly says: string
  readonly fix: Fix
}

/** passed: nothing is wrong; failed: see its faults; unknown: it could not be told, and counts nothing. */
export interface CheckResult {
  readonly check: CheckName
  readonly state: 'passed' | 'failed' | 'unknown'
  readonly says: string
  /** What was found, line by line, as it was found. */
  readonly found: readonly string[]
  readonly faults: readonly Fault[]
}

const mostFound = 20
const longestLine = 500

export function passed(check: CheckName, says: string, found: readonly string[] = []): CheckResult {
  return { check, state: 'passed', says, found: trim(found), faults: [] }
}

export function unknown(check: CheckName, says: string, found: readonly string[] = []): CheckResult {
  return { check, state: 'unknown', says, found: trim(found), faults: [] }
}

/** Failed where there is a fault, else passed. */
export function judged(
  check: CheckName,
  faults: readonly Fault[],
  fine: string,
  found: readonly string[] = [],
): CheckResult {
  if (faults.length === 0) return passed(check, fine, found)
  const says = faults.map((each) => each.says).join('; ')
  return { check, state: 'failed', says, found: trim(found), faults }
}

/** A fault whose mending is not one record. */
export function fault(code: FaultCode, says: string, text: string): Fault {
  return { code, says, fix: { text, record: '', type: '', value: '' } }
}

/** A fault that one record mends. */
export function recordFault(
  code: FaultCode,
  says: string,
  text: string,
  [record, type, value]: readonly [string, string, string],
): Fault {
  return { code, says, fix: { text, record, type, value } }
}

/** All of it was written by strangers. */
function trim(found: readonly string[]): string[] {
  return found
    .slice(0, mostFound)
    .map((each) => each.replace(/[^\x20-\x7e\u00a0-\uffff]/g, ' ').slice(0, longestLine))
}
