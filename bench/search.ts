import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databaseName } from '../server/src/ground/storage/database/open-database.ts'
import { indexPath } from '../server/src/ground/storage/search/open-search.ts'
import { SearchService } from '../server/src/ground/storage/search/search-service.ts'
import type { MailFilter } from '../server/src/services/search/mail-filter.ts'
import type { IndexProgress, SearchPage } from '../server/src/services/search/search-store.ts'
import { draws, fillLedger, tenants } from './search-ledger.ts'
import { percentile, type Table } from './table.ts'

const day = 86_400_000
const page = 25
/** What one answer of the API may take for looking. */
const budgetMs = 1000
const rounds = 12
const boundMs = 1000

type Draw = (below: number) => number
const now = Date.now()
const reseller = (draw: Draw) => ({
  tenants: Array.from({ length: 20 }, () => `t${draw(tenants)}`),
  domains: null,
})

/** Every kind of filter, alone and as people combine them; those that find nothing too. */
const kinds: Readonly<Record<string, (draw: Draw) => MailFilter>> = {
  everything: () => ({}),
  sender: (draw) => ({ sender: `user${draw(200) * draw(200)}@sender${draw(3000)}.example` }),
  'domain of senders': (draw) => ({ sender: `sender${draw(3000)}.example` }),
  recipient: (draw) => ({ recipient: `person${draw(50)}@t${draw(tenants)}.test` }),
  'any address': (draw) => ({ address: `person${draw(50)}@t${draw(tenants)}.test` }),
  'subject, common words': () => ({ subject: 'invoice payroll' }),
  'subject, rare word': () => ({ subject: 'rarissimum' }),
  'subject, beginning of a word': () => ({ subject: 'newsl*' }),
  'subject, one letter': () => ({ subject: 'n*' }),
  'subject, beginning of many numbers': () => ({ subject: '12*' }),
  'subject, no such word': () => ({ subject: 'zanzibar' }),
  verdict: () => ({ verdicts: ['virus'] }),
  'finding and state': (draw) => ({ findings: [`finding-${draw(30)}`], states: ['returned'] }),
  reason: () => ({ reasons: ['refused-by-host'] }),
  'reply of the receiver': () => ({ reply: 'mailbox full' }),
  'net of the client': (draw) => ({ ip: `198.51.${draw(100)}.0/24` }),
  'a size': () => ({ size: { geq: 8_388_000, lt: 8_388_700 } }),
  'a score': () => ({ score: { gt: 88 } }),
  'two conditions that never meet': () => ({ verdicts: ['clean'], states: ['quarantined'] }),
  'one tenant': (draw) => ({ within: { tenants: [`t${draw(tenants)}`], domains: null } }),
  'twenty tenants, refused': (draw) => ({ within: reseller(draw), states: ['refused'] }),
  'a day of a month ago': (draw) => ({ since: now - (20 + draw(9)) * day, until: now - 20 * day }),
  'seven conditions': (draw) => ({
    within: reseller(draw),
    verdicts: ['clean', 'bulk'],
    states: ['delivered'],
    subject: 'report',
    size: { gt: 10_000 },
    since: now - 20 * day,
    reply: 'queued',
  }),
}

/** Pages of every kind of filter over a ledger of so many events, and what keeping its index takes. */
export async function search({ events, folder: given }: { events: number; folder: string }): Promise<Table> {
  const folder = given === '' ? mkdtempSync(join(tmpdir(), 'mailkeep-search-')) : given
  mkdirSync(folder, { recursive: true })
  try {
    if (!existsSync(join(folder, databaseName)))
      fillLedger(folder, events, (done) => process.stderr.write(`\r${done} messages `))
    const paths = { ledgerPath: join(folder, databaseName), indexPath: indexPath(folder, '') }
    const built = build(paths)
    const reader = new SearchService({ ...paths, mode: 'read' })
    const rows = Object.entries(kinds).map(([name, filterOf]) => measure(reader, name, filterOf))
    reader.close()
    const slow = rows.filter((each) => each.p95 > boundMs)
    return {
      title: `Search: ${built.total} events and refusals, index ${size(paths.indexPath)} beside ${size(paths.ledgerPath)}, ${built.said}; pages of ${page}`,
      head: ['filter', 'p50 ms', 'p95 ms', 'lines found', 'cut for time'],
      rows: rows.map((each) => [
        each.name,
        each.p50.toFixed(0),
        each.p95.toFixed(0),
        String(each.lines),
        `${each.cut} of ${each.pages}`,
      ]),
      faults: slow.map((each) => `${each.name} took ${each.p95.toFixed(0)} ms, and may take ${boundMs}`),
    }
  } finally {
    if (given === '') rmSync(folder, { recursive: true, force: true })
  }
}

function ask<Answer>(service: SearchService, store: string, method: string, ...values: unknown[]): Answer {
  const answer = service.answer({ id: 0, store, method, values })
  if ('error' in answer) throw new Error(answer.error.text)
  return answer.value as Answer
}

function build(paths: { ledgerPath: string; indexPath: string }): { total: number; said: string } {
  const writer = new SearchService({ ...paths, mode: 'write' })
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  let done = 0
  for (let step = 1; step > 0; done += step) {
    step = ask(writer, 'index', 'advance', 1000)
    if (done % 50_000 < 1000) process.stderr.write(`\r${done} taken in `)
  }
  const { user, system } = process.cpuUsage(cpu)
  const seconds = (performance.now() - began) / 1000
  const { total } = ask<IndexProgress>(writer, 'search', 'progress', Date.now())
  writer.close()
  const each = done === 0 ? 0 : (user + system) / done
  return {
    total,
    said:
      done === 0
        ? 'there already'
        : `${Math.round(done / seconds)} events/s, ${each.toFixed(0)} us of CPU an event`,
  }
}

function measure(reader: SearchService, name: string, filterOf: (draw: Draw) => MailFilter) {
  const draw = draws()
  const took: number[] = []
  let [lines, cut] = [0, 0]
  for (let round = 0; round < rounds; round++) {
    const filter = filterOf(draw)
    let before: number | null = null
    // The first page, and the one behind it.
    for (let n = 0; n < 2; n++) {
      const began = performance.now()
      const found: SearchPage = ask(reader, 'search', 'find', filter, before, page, budgetMs, true)
      took.push(performance.now() - began)
      lines += found.lines.length
      if (found.backTo !== null && found.lines.length < page) cut += 1
      if (found.place === null) break
      before = found.place
    }
  }
  return { name, p50: percentile(took, 0.5), p95: percentile(took, 0.95), lines, cut, pages: took.length }
}

function size(path: string): string {
  return `${(statSync(path).size / 1e6).toFixed(0)} MB`
}
