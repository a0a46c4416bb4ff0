import { type FoundPerson, makePlan } from '../make-plan.ts'
import { SyncFault } from '../sync-fault.ts'
import type { OpenedSource, ReadSource } from '../sync-parts.ts'
import type { DirectoryRow } from '../sync-store.ts'
import type { Outside } from './outside.ts'
import { readCsv } from './read-csv.ts'
import { readGoogle } from './read-google.ts'
import { readGraph } from './read-graph.ts'
import { readLdap } from './read-ldap.ts'
import { readScim } from './read-scim.ts'

/** One source brings no more: its people are held in memory while they are compared. */
const mostPeople = 200_000
const mostAddresses = 1_000_000

/** Reads sources and compares them with the directory, in the thread that it is called in. */
export function createReader(outside: Outside): ReadSource {
  return async (source, current, signal) => {
    const [rows, found]: [DirectoryRow[], FoundPerson[]] = [[], []]
    let addresses = 0
    for await (const page of pagesOf(source, outside, signal)) {
      for (const each of page) addresses += each.addresses.length
      found.push(...page)
      if (found.length > mostPeople || addresses > mostAddresses)
        throw new SyncFault('too-large', `more than ${mostPeople} people or ${mostAddresses} addresses`)
      signal.throwIfAborted()
    }
    for await (const page of current) rows.push(...page)
    const domains = new Set(source.domains)
    return makePlan(found, rows, {
      source: source.id,
      takesOver: source.takesOver,
      isOurs: (domain) => domains.has(domain),
    })
  }
}

function pagesOf(source: OpenedSource, outside: Outside, signal: AbortSignal): AsyncIterable<FoundPerson[]> {
  switch (source.kind) {
    case 'csv':
      return readCsv(source, outside)
    case 'ldap':
      return readLdap(source, outside, signal)
    case 'graph':
      return readGraph(source, outside, signal)
    case 'scim':
      return readScim(source)
    default:
      return readGoogle(source, outside, signal)
  }
}
