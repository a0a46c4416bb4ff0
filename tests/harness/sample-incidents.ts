import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type MeasuredPast, noteMeasuredPast } from './measured-component.ts'
import type { GiveOrder } from './operator.ts'
import { addDrills } from './sample-drills.ts'
import type { TestSite } from './site.ts'
import { waitUntil } from './wait-until.ts'

/** Incidents by how they came to be. */
export interface SampleIncidents {
  /** Opened by measurements, with mail that waits; nobody has looked at it yet. */
  readonly suspected: string
  /** The public is told of it, since a component was measured as bad. */
  readonly told: string
  /** Over, with its postmortem; the house alone knows of it. */
  readonly past: string
}

interface Opened {
  readonly id: string
}
const minute = 60_000
const before = (minutes: number) => new Date(Date.now() - minutes * minute).toISOString()
const later = (minutes: number) => new Date(Date.now() + minutes * minute).toISOString()

/** What measurements have found, which nobody can wait for: an incident is opened for it by the server itself. */
export function noteFinding(site: TestSite): void {
  const since = Date.now() - 12 * minute
  const subject = 'inbound node-1 127.0.0.1:1'
  const finding = {
    ...{ kind: 'deferred-share', subject, stage: 'deliver', node: 'node-1', direction: 'inbound' },
    ...{ hop: '127.0.0.1:1', cause: 'next-hop', share: 0.34, since },
    evidence: [
      { what: 'share of tries that were put off', measured: 0.342, usual: 0.012, unit: 'share' },
      { what: 'time in the queue', measured: 92_000, usual: 1800, unit: 'ms' },
      { what: 'waiting for this next hop', measured: 3, usual: null, unit: 'deliveries' },
    ],
  }
  using database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'))
  database.exec('PRAGMA busy_timeout = 10000')
  database
    .prepare(
      'INSERT INTO findings (kind, subject, since, found_at, seen_at, finding) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run('deferred-share', subject, since, since + 2 * minute, Date.now(), JSON.stringify(finding))
}

/** Tries of our own with an hour behind them: one way is well, one fails, of one nothing is heard. */
export function noteTries(site: TestSite): void {
  const now = Date.now()
  using database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'))
  database.exec('PRAGMA busy_timeout = 10000; BEGIN')
  const add = database.prepare(
    'INSERT OR REPLACE INTO probe_tries (component, path, at, result, took_ms, words, stage, steps) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const hourMs = 3_600_000
  for (const [component, path, failing, everyMs] of [
    ['inbound', 'node-1', 0, hourMs],
    ['outbound', 'node-1', 4, hourMs],
    ['quarantine', 'node-1', 0, hourMs],
    ['dns', 'node-1', 0, 1000],
  ] as const) {
    for (let n = 60; n > 0; n -= 1) {
      const isBad = n <= failing
      const steps = [
        { stage: 'accept', tookMs: 12 + (n % 5) },
        { stage: 'inspect', tookMs: 40 + (n % 7) * 3 },
      ]
      const took = isBad ? null : 180 + (n % 11) * 9
      add.run(
        ...[component, path, now - n * minute, isBad ? 'failed' : 'ok', took, isBad ? fault : ''],
        ...[isBad ? 'deliver' : null, JSON.stringify(steps)],
      )
    }
    putTry(database, { component, path, failing, everyMs })
  }
  database.exec('COMMIT')
}

/** What a try of our own has come to, for good or until it is tried again. */
export function noteTry(
  site: TestSite,
  given: { readonly component: string; readonly path: string; readonly failing: number },
): void {
  using database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'))
  database.exec('PRAGMA busy_timeout = 10000')
  putTry(database, { ...given, everyMs: 3_600_000 })
}

const fault = 'it was not back within 30 s'

function putTry(
  database: DatabaseSync,
  {
    component,
    path,
    failing,
    everyMs,
  }: {
    readonly component: string
    readonly path: string
    /** Tries in a row that failed; 0: it is well. */
    readonly failing: number
    readonly everyMs: number
  },
): void {
  const now = Date.now()
  const isBad = failing > 0
  database
    .prepare(
      'INSERT OR REPLACE INTO probes (component, path, result, at, took_ms, every_ms, words, since, in_row) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      ...[component, path, isBad ? 'failed' : 'ok', now - 1000, isBad ? null : 189, everyMs],
      ...[isBad ? fault : '', now - (failing || 60) * minute, failing || 60],
    )
}

/** Components that are measured, an incident that the public is told of, planned work and whoever is told. */
export async function tellOfStatus(
  site: TestSite,
  give: GiveOrder,
): Promise<Omit<SampleIncidents, 'suspected'>> {
  await give('POST', '/status/components/standard', {})
  const badSince = Math.floor(Date.now() / minute) * minute - 25 * minute
  const days = (bad: Readonly<Record<number, number>>) =>
    Array.from({ length: 60 }, (_, index) => bad[index] ?? 0)
  const measured: readonly MeasuredPast[] = [
    { component: 'gateway', badSince: null, badMinutes: days({ 12: 9 }) },
    { component: 'gateway-filtering', badSince, badMinutes: days({ 12: 9, 40: 61, 59: 25 }) },
    { component: 'gateway-delivery', badSince: null, badMinutes: days({ 40: 61 }) },
    { component: 'gateway-quarantine', badSince, badMinutes: days({ 59: 25 }) },
    { component: 'console-sign-in', badSince: null, badMinutes: days({}) },
  ]
  const confirm = () =>
    give<Opened>('POST', '/status/components/gateway-filtering/confirm', {
      name: 'Mail in is judged late',
      text: 'Inspection of mail in takes minutes. Nothing is lost, and nothing passes unseen.',
      ...{ unaffected: 'Mail out and the quarantine.', todo: 'Nothing.', nextAt: later(30) },
    })
  // The server measures too, and what it writes in between is that nothing is suspected.
  const { id } = await waitUntil('the suspicion is confirmed', async () => {
    noteMeasuredPast(site, measured)
    return confirm().catch((cause: Error) => {
      if (!/: 409 /.test(cause.message)) throw cause
      return null
    })
  })
  await give('PUT', `/incidents/${id}/cause`, {
    ...{ name: 'scanner', words: 'The scanner of node-1 stands still since its signatures were renewed.' },
  })
  await give('POST', `/incidents/${id}/promises`, {
    ...{ what: 'Why its own alarm came after customers had rung', due: later(7 * 24 * 60) },
  })
  const past = await give<Opened>('POST', '/incidents', {
    ...{ name: 'Letters to Post Example came late', text: 'Their servers asked us to come again.' },
    ...{ isTold: false, impact: 'minor', isUpstream: true, direction: 'outbound' },
    ...{ startedAt: before(3000), resolvedAt: before(2880) },
    cause: { name: 'upstream', words: 'Post Example has told so on its own page.' },
  })
  await give('PUT', `/incidents/${past.id}/postmortem`, {
    text: '# Why letters to Post Example came late\n\n## Cause\n\nThey **asked us to come again**; see https://status.post.example/a.\n\n## Next steps\n- none of ours',
  })
  await give('POST', `/incidents/${past.id}/postmortem/published`, {})
  await give('PUT', '/status/components/gateway-delivery/override', {
    ...{ state: 'operational', minutes: 240, why: 'The probe asks a host that has moved' },
  })
  await give('POST', '/status/planned-work', {
    ...{ name: 'New disks for the store', text: 'The console is away; mail flows.', todo: 'Nothing.' },
    ...{ from: later(6 * 24 * 60), until: later(6 * 24 * 60 + 90), components: ['console'] },
  })
  addSubscribers(site)
  addDrills(site)
  return { told: id, past: past.id }
}

/** People and a program who have confirmed, which takes links of their mail. */
function addSubscribers(site: TestSite): void {
  using database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'))
  database.exec('PRAGMA busy_timeout = 10000')
  const add = database.prepare(
    'INSERT INTO status_subscribers (id, kind, address, components, asked_at, confirmed_at, leave_secret) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  for (const [n, kind, address, components] of [
    [1, 'mail', 'it@bakery.example', []],
    [2, 'mail', 'duty@clinic.example', ['gateway']],
    [3, 'webhook', 'https://tickets.northlight.example/status', []],
  ] as const)
    add.run(
      ...[`${n}`.padStart(16, '0'), kind, address, JSON.stringify(components), Date.now(), Date.now()],
      `secret-${n}`,
    )
}

/** The incident of the finding, with the mail that it touched counted; mail must be waiting by now. */
export async function countTouched(give: GiveOrder): Promise<string> {
  const id = await waitUntil('an incident is opened for what was found', async () => {
    // Tries that fail open incidents of their own.
    const { lines } = await give<{ lines: (Opened & { cause: string | null })[] }>(
      'GET',
      '/incidents?open=true',
    )
    return lines.find((each) => each.cause === 'next-hop')?.id
  })
  const question = { since: before(12), until: null, direction: 'inbound', kind: 'deferred' }
  const ask = () => give('PUT', `/incidents/${id}/question`, question)
  // Measuring may write at the same time; whoever is told so looks again.
  await waitUntil('the mail is counted', () =>
    ask().then(
      () => true,
      (cause: Error) => {
        if (!/: 412 /.test(cause.message)) throw cause
        return false
      },
    ),
  )
  return id
}
