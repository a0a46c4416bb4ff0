import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakeClouds, type FakePerson } from '../harness/fake-clouds.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { type AskedSource, SyncClient } from '../harness/sync-site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { drillSite } from './drill-site.ts'
import { Witness } from './witness.ts'

interface Alarm {
  readonly name: string
  readonly subject: string
  readonly text: string
}

/** Longest that a step of the drill may take. */
const patienceMs = 120_000
/** Time that a source has, and that one has which is known to be silent: the drill waits for its end. */
const readWithin = { usual: '30s', silent: '8s' } as const
/** Seconds stand for hours: a cycle is over before the next trouble begins. */
const intervalMs = 3000

/** A failed sync changes nothing, tells once, heals alone. */
export const directorySync: Drill = {
  id: 'D22',
  name: 'Directory sync broken',
  incidents: ['2023-spring-graph-sync-401', '2025-08-google-sync-value-too-long'],
  about: /^sync-(failed|incident|shrink) /,
  async run(report, { long, incident }) {
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-d22-'))
    const site = await SyncedSite.start(report, folder, long ? 20 : 3)
    try {
      using witness = await Witness.beside(site.site, report)
      if (incident !== '2025-08-google-sync-value-too-long') await refusedSignIn(report, site, witness)
      if (incident === null) {
        await askedTooOften(report, site)
        await emptyList(report, site)
        await missingPage(report, site)
        await slowTenant(report, site)
      }
      if (incident !== '2023-spring-graph-sync-401') await longValues(report, site)
      const books = await site.site.books()
      report.invariant('N-01', 'the books balance', books.differences.length, books.balanced)
    } finally {
      await site.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** Tenants with people from Graph and from Google, all of them in good health at first. */
class SyncedSite {
  readonly site: TestSite
  readonly clouds: FakeClouds
  readonly client: SyncClient
  readonly tenants: readonly string[]
  readonly sources = new Map<string, string>()
  readonly #sink: Sink
  /** Why mail was not welcome the last time. */
  #unwelcome = ''

  private constructor(
    site: TestSite,
    clouds: FakeClouds,
    client: SyncClient,
    tenants: readonly string[],
    sink: Sink,
  ) {
    this.site = site
    this.clouds = clouds
    this.client = client
    this.tenants = tenants
    this.#sink = sink
  }

  static async start(report: DrillReport, folder: string, each: number): Promise<SyncedSite> {
    const [sink, clouds] = [await Sink.start({ keep: true }), await FakeClouds.start(folder)]
    const site = await drillSite(report, {
      domains: {},
      users: [],
      settings: {
        'sync.allowNetworks': ['127.0.0.0/8'],
        'sync.interval': `${intervalMs}ms`,
        // Enough for a machine that is busy.
        'sync.timeout': readWithin.usual,
        'sync.atATime': 8,
      },
    })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must(
      'domain',
      'add',
      'managers.test',
      '--tenant',
      'house',
      '--next-hop',
      sink.hop,
      '--any-recipient',
    )
    const { key } = await site.json<{ key: string }>(
      'key',
      'add',
      'k',
      '--tenant',
      'house',
      '--scope',
      'directory',
      '--scope',
      'logs',
      '--scope',
      'configuration',
    )
    const tenants = (['graph', 'google'] as const).flatMap((kind) =>
      Array.from({ length: each }, (_, n) => `${kind}${n}`),
    )
    const synced = new SyncedSite(site, clouds, new SyncClient(site, key), tenants, sink)
    try {
      await synced.#addAll(sink)
      return synced
    } catch (cause) {
      await synced.stop()
      throw cause
    }
  }

  async #addAll(sink: Sink): Promise<void> {
    const waiting = [...this.tenants]
    const addSome = async () => {
      for (let tenant = waiting.pop(); tenant !== undefined; tenant = waiting.pop())
        await this.#addSource(tenant)
    }
    // Commands one after another: each beside another one would be a process of its own.
    for (const tenant of this.tenants) await this.#addTenant(tenant, sink)
    await Promise.all([addSome(), addSome(), addSome()])
    for (const tenant of this.tenants) await this.site.knows(`p5@${tenant}.test`)
  }

  async #addTenant(tenant: string, sink: Sink): Promise<void> {
    const { site, clouds } = this
    await site.must('tenant', 'add', tenant, '--parent', 'house')
    await site.must('domain', 'add', `${tenant}.test`, '--tenant', tenant, '--next-hop', sink.hop)
    const notices = ['--mail', `${tenant}@managers.test`]
    await site.must('manager', 'add', tenant, '--role', 'administrator', '--tenant', tenant, ...notices)
    clouds.organisations.set(tenant, { people: peopleOf(tenant), groups: [] })
  }

  async #addSource(tenant: string): Promise<void> {
    const { clouds, client } = this
    const kind = tenant.replace(/\d+$/, '')
    const settings =
      kind === 'graph'
        ? { directoryId: tenant, clientId: 'app', baseUrl: clouds.url, loginUrl: clouds.url, ca: clouds.ca }
        : { admin: 'boss@corp.test', baseUrl: clouds.url, ca: clouds.ca }
    const secret = kind === 'graph' ? 'secret' : clouds.googleKey(tenant)
    const { id } = await client.add({ tenant, name: kind, kind, settings, secret })
    await client.enable(id)
    this.sources.set(tenant, id)
  }

  async all(): Promise<AskedSource[]> {
    const found: AskedSource[] = []
    for (const id of this.sources.values()) found.push(await this.client.source(id))
    return found
  }

  /** People and aliases by all sources. */
  async people(): Promise<number> {
    return (await this.all()).reduce((sum, each) => sum + each.people, 0)
  }

  async accepted(): Promise<number> {
    let accepted = 0
    for (const tenant of this.tenants) {
      const ask = () => this.#hears(`alias3@${tenant}.test`)
      // Seldom: a client that connects many times a second is put off for that.
      const reply = await waitUntil(() => `mail is welcome: ${this.#unwelcome}`, ask, patienceMs, 500)
      if (reply.startsWith('250')) accepted += 1
    }
    return accepted
  }

  /** What mail to somebody is answered; false while a store that stands still takes none at all. */
  async #hears(address: string): Promise<string | false> {
    await using dialogue = await SmtpDialogue.open(this.site.smtpPort)
    await dialogue.hello()
    const mail = await dialogue.command('MAIL FROM:<>')
    if (!mail.startsWith('250')) {
      this.#unwelcome = `MAIL heard "${mail}"`
      return false
    }
    const reply = await dialogue.command(`RCPT TO:<${address}>`)
    if (reply === '') this.#unwelcome = `closed at RCPT; ${this.site.log.slice(-500).replaceAll('\n', ' ')}`
    return reply
  }

  /** Changes the time that sources have, while the server runs. */
  readWithin(time: keyof typeof readWithin): void {
    const path = join(this.site.folder, 'mailkeep.yaml')
    const settings = readFileSync(path, 'utf8')
    writeFileSync(path, settings.replace(/^sync\.timeout: .*$/m, `sync.timeout: "${readWithin[time]}"`))
    this.site.signal('SIGHUP')
  }

  /** Open alarms of a name. */
  async alarms(name: string): Promise<number> {
    const { alarms } = await this.client.must<{ alarms: readonly Alarm[] }>('GET', '/overview')
    return alarms.filter((each) => each.name === name).length
  }

  notices(): number {
    return this.#sink.messages.filter((each) => each.content.includes('User sync of ')).length
  }

  /** Every source has run anew since now, whatever came of it. */
  async cycle(what: string, holds: (source: AskedSource) => boolean): Promise<AskedSource[]> {
    return waitUntil(
      what,
      async () => {
        const all = await this.all()
        return all.every(holds) && all
      },
      patienceMs,
    )
  }

  async stop(): Promise<void> {
    await this.site[Symbol.asyncDispose]()
    await Promise.all([this.clouds.stop(), this.#sink.down()])
  }
}

function peopleOf(tenant: string, more: Partial<FakePerson> = {}): FakePerson[] {
  return Array.from({ length: 6 }, (_, n) => ({
    id: `${tenant}-${n}${more.id ?? ''}`,
    name: `${more.name ?? 'Person'} ${n}`,
    addresses: [`p${n}@${tenant}.test`, `alias${n}@${tenant}.test`],
  }))
}

const perTenant = 12

async function unharmed(report: DrillReport, site: SyncedSite, when: string): Promise<void> {
  const wanted = site.tenants.length * perTenant
  const people = await site.people()
  report.hold(`${when}: people that were removed`, '0', wanted - people, people === wanted)
  const accepted = await site.accepted()
  report.hold(
    `${when}: tenants whose mail is accepted`,
    `${site.tenants.length}`,
    accepted,
    accepted === site.tenants.length,
  )
}

async function healed(report: DrillReport, site: SyncedSite, when: string): Promise<void> {
  site.clouds.trouble = () => null
  const since = new Date().toISOString()
  const all = await site.cycle(
    `${when}: all heal`,
    ({ fault, goodAt }) => fault === null && (goodAt ?? '') > since,
  )
  report.hold(`${when}: sources that heal without anybody`, `${site.tenants.length}`, all.length, true)
}

async function refusedSignIn(report: DrillReport, site: SyncedSite, witness: Witness): Promise<void> {
  report.say('401 for all tenants, for several cycles')
  const since = Date.now()
  site.clouds.trouble = () => ({ status: 401 })
  await site.cycle('401 is seen everywhere', ({ fault }) => fault?.code === 'sign-in-refused')
  await waitUntil('each tenant is told', () => site.notices() >= site.tenants.length, patienceMs)
  const asked = site.clouds.asked.length
  await waitUntil(
    'more cycles go by',
    () => site.clouds.asked.length >= asked + 2 * site.tenants.length,
    patienceMs,
  )
  await unharmed(report, site, '401')
  const [incidents, single] = [await site.alarms('sync-incident'), await site.alarms('sync-failed')]
  report.see('401: incidents, one a directory service', '2', incidents, incidents === 2)
  await witness.sees({
    ...{ what: '401 for all', since, alarm: 'sync-incident', withinMs: 60_000 },
    ...{ names: /user sync of \d+ tenants by (graph|google)/, component: 'console' },
  })
  report.see('401: alarms of single tenants beside them', '0', single, single === 0)
  report.see(
    '401: notices',
    `${site.tenants.length}, one a tenant`,
    site.notices(),
    site.notices() === site.tenants.length,
  )
  const list = await site.site.command('sync', 'list', '--failing', '--json')
  const { sources } = JSON.parse(list.stdout) as { sources: { goodAt: string | null }[] }
  const withGood = sources.filter((each) => each.goodAt !== null).length
  report.sight(
    'list',
    '401: affected tenants, each with its last good sync',
    `${site.tenants.length}`,
    withGood,
    withGood === site.tenants.length,
  )
  await healed(report, site, '401')
  await waitUntil('the incident is over', async () => (await site.alarms('sync-incident')) === 0, patienceMs)
  report.note('questions to the directories during 401', site.clouds.asked.length - asked)
}

async function askedTooOften(report: DrillReport, site: SyncedSite): Promise<void> {
  report.say('429 with Retry-After')
  // Up to 20 s it is waited for within a run: longer than that.
  const [waitSeconds, told] = [21, new Map<string, number>()]
  let early = 0
  site.clouds.trouble = ({ path, organisation }) => {
    if (!path.endsWith('/users')) return null
    if (Date.now() - (told.get(organisation) ?? 0) < waitSeconds * 1000) early += 1
    told.set(organisation, Date.now())
    return { status: 429, headers: { 'retry-after': String(waitSeconds) } }
  }
  await site.cycle('429 is seen everywhere', ({ fault }) => fault?.code === 'busy')
  await new Promise((resolve) => setTimeout(resolve, 2.5 * intervalMs))
  report.hold('429: questions before the time that was asked for', '0', early, early === 0)
  await unharmed(report, site, '429')
  await healed(report, site, '429')
}

async function emptyList(report: DrillReport, site: SyncedSite): Promise<void> {
  report.say('200 with an empty list, or one that has shrunk')
  const kept = new Map([...site.clouds.organisations].map(([tenant, { people }]) => [tenant, people]))
  // Of every second one a single person of six is gone, which is more than a tenth too.
  for (const [index, organisation] of [...site.clouds.organisations.values()].entries())
    organisation.people = index % 2 === 0 ? [] : organisation.people.slice(1)
  await site.cycle('the loss waits everywhere', ({ waitingRun }) => waitingRun !== null)
  await unharmed(report, site, 'empty or shrunken list')
  const alarms = await waitUntil('the losses are told', async () => {
    const told = await site.alarms('sync-shrink')
    return told >= site.tenants.length && told
  })
  report.see(
    'empty or shrunken list: losses that wait for a person',
    `${site.tenants.length}`,
    alarms,
    alarms === site.tenants.length,
  )
  for (const [tenant, organisation] of site.clouds.organisations) organisation.people = kept.get(tenant) ?? []
  const since = new Date().toISOString()
  const all = await site.cycle(
    'the lists are back',
    ({ waitingRun, goodAt }) => waitingRun === null && (goodAt ?? '') > since,
  )
  report.hold(
    'empty or shrunken list: sources that heal without anybody',
    `${site.tenants.length}`,
    all.length,
    true,
  )
}

async function missingPage(report: DrillReport, site: SyncedSite): Promise<void> {
  report.say('page 2 of 3 is missing')
  site.clouds.trouble = ({ path, page }) => (path.endsWith('/users') && page === 2 ? { status: 404 } : null)
  await site.cycle('the gap is seen everywhere', ({ fault }) => fault?.code === 'partial')
  await unharmed(report, site, 'missing page')
  await healed(report, site, 'missing page')
}

async function slowTenant(report: DrillReport, site: SyncedSite): Promise<void> {
  report.say('one tenant does not answer at all')
  const [slow = ''] = site.tenants
  site.readWithin('silent')
  site.clouds.silent.add(slow)
  await site.client.must('POST', `/sync-sources/${site.sources.get(slow)}/run`, {})
  const since = new Date().toISOString()
  await waitUntil(
    'all others go on',
    async () => {
      const others = [...site.sources].filter(([tenant]) => tenant !== slow)
      const found = await Promise.all(others.map(([, id]) => site.client.source(id)))
      return found.every(({ goodAt }) => (goodAt ?? '') > since)
    },
    patienceMs,
  )
  const failed = await waitUntil(
    'its time is over',
    async () => {
      const { fault } = await site.client.source(site.sources.get(slow) ?? '')
      return fault?.code
    },
    patienceMs,
  )
  report.hold(
    'a tenant that is silent: others that go on',
    `${site.tenants.length - 1}`,
    site.tenants.length - 1,
    true,
  )
  report.hold('a tenant that is silent: what it is told', 'unreachable', failed, failed === 'unreachable')
  await unharmed(report, site, 'silent tenant')
  site.clouds.silent.clear()
  site.readWithin('usual')
  await healed(report, site, 'silent tenant')
}

async function longValues(report: DrillReport, site: SyncedSite): Promise<void> {
  report.say('tokens of 4 KB, ids of 512 characters, names outside the BMP')
  site.clouds.padding = 'x'.repeat(4096)
  const more = { id: 'i'.repeat(512), name: '𝔏𓀀'.repeat(200) }
  for (const [tenant, organisation] of site.clouds.organisations) organisation.people = peopleOf(tenant, more)
  const since = new Date().toISOString()
  await site.cycle('all are read', ({ fault, goodAt }) => fault === null && (goodAt ?? '') > since)
  const isWhole = async (tenant: string) => {
    const { users } = await site.site.json<{ users: { displayName: string; kind: string }[] }>(
      'user',
      'list',
      `${tenant}.test`,
    )
    const named = users.filter((each) => each.kind === 'user')
    return named.length === 6 && named.every((each) => each.displayName.startsWith(more.name))
  }
  let whole = 0
  // A cycle that began before the change may end after it: the next one stores what is new.
  await waitUntil(
    'all people are stored whole',
    async () => {
      whole = 0
      for (const tenant of site.tenants) whole += (await isWhole(tenant)) ? 1 : 0
      return whole === site.tenants.length
    },
    patienceMs,
  ).catch(() => undefined)
  report.hold(
    'long values: tenants whose people are stored whole',
    `${site.tenants.length}`,
    whole,
    whole === site.tenants.length,
  )
  const refused = (await site.all()).filter(({ fault }) => fault !== null).length
  report.hold('long values: tenants that have to connect anew', '0', refused, refused === 0)
  const own = await site.alarms('sync-own-fault')
  report.see('long values: faults of ours in storing them', '0', own, own === 0)
  await unharmed(report, site, 'long values')
}
