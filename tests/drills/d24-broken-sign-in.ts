import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { arrives } from './drill-mail.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants, holdTaken, percentile, transit } from './measure.ts'
import { Witness } from './witness.ts'

const roles = ['operator', 'administrator', 'technical', 'quarantine', 'reader'] as const
/** Probes run each second here and each minute in the field: two rounds are two minutes there. */
const seenWithinMs = 20_000

interface Rig {
  readonly site: TestSite
  readonly cookies: ReadonlyMap<string, string>
  readonly witness: Witness
}

/** Signing in breaks for one role, under one host name, at the identity provider; the store starts anew. */
export const brokenSignIn: Drill = {
  id: 'D24',
  name: 'Sign-in broken for one role',
  incidents: ['2024-07-manager-logins-broken'],
  about: /^(sign-in-broken|console-faults|directory-unavailable|(probe-fails|watcher-silent) sign-in:) /,
  async run(report) {
    const sink = await Sink.start()
    const site = await drillSite(report, {
      domains: {},
      users: [],
      settings: { 'console.probeEvery': '1s', 'web.allowNetworks': ['127.0.0.0/8'], 'web.timeout': '1s' },
    })
    try {
      const cookies = await people(site, sink.hop)
      using witness = await Witness.beside(site, report)
      const rig = { site, cookies, witness }
      const sent = await beside(site, async () => {
        await breakRole(report, rig)
        await breakHost(report, rig)
        await ownCookies(report, rig)
        await silentProvider(report, rig)
      })
      await holdQuick(report, sent, sink)
      // What is killed is late by its start: of the letters around that counts what becomes of them.
      const around = async () => {
        // Letters are on their way when it is killed.
        await new Promise((resolve) => setTimeout(resolve, 1000))
        await restart(report, rig)
      }
      sent.push(...(await beside(site, around)))
      await checkInvariants(report, site, [sink], sent, { doubles: 20 })
    } finally {
      await site[Symbol.asyncDispose]()
      await sink.down()
    }
  },
}

/** 20 letters a second while something is done. */
async function beside(site: TestSite, work: () => Promise<void>): Promise<Sent[]> {
  const stop = new AbortController()
  const load = sendLoad({
    port: () => site.smtpPort,
    messages: 100_000,
    rate: 20,
    connections: 4,
    perConnection: 50,
    rcptTo: () => 'a@msp.test',
    stop: stop.signal,
  })
  try {
    await work()
  } finally {
    stop.abort()
  }
  return load
}

/** Mail meanwhile is taken, and there in time. */
async function holdQuick(report: DrillReport, sent: readonly Sent[], sink: Sink): Promise<void> {
  holdTaken(report, 'signing in is broken', sent)
  await arrives(sent.filter((each) => each.outcome === 'acknowledged').length, sink)
  const p99 = percentile(transit(sent, sink), 0.99)
  report.hold('mail meanwhile, p99 of its way', '<= 30 s', `${p99} ms`, p99 <= 30_000, 'timed')
}

async function people(site: TestSite, hop: string): Promise<ReadonlyMap<string, string>> {
  await site.must('tenant', 'add', 'house', '--level', 'operator')
  await site.must('tenant', 'add', 'msp', '--parent', 'house', '--level', 'reseller')
  await site.must('domain', 'add', 'msp.test', '--tenant', 'msp', '--next-hop', hop)
  await site.must('user', 'add', 'a@msp.test')
  await site.knows('a@msp.test')
  const cookies = new Map<string, string>()
  for (const role of roles) {
    const tenant = role === 'operator' ? 'house' : 'msp'
    const { link } = await site.json<{ link: string }>(
      ...['manager', 'add', `anna.${role}`, '--role', role, '--tenant', tenant],
    )
    cookies.set(role, await signInByLink(site.consolePort, link))
  }
  const scope = '?scope=tenant:msp'
  const cookie = cookies.get('operator') ?? ''
  const { headers } = await untilSeen(() => askSite(site.consolePort, `/api/v1/brand${scope}`, { cookie }))
  const brand = {
    ...{ method: 'PUT', cookie, headers: { 'if-match': String(headers.etag) } },
    body: { name: 'MSP', host: 'mail.msp.test', fromName: null, accent: null, loginText: null },
  }
  await untilSeen(() => askSite(site.consolePort, `/api/v1/brand${scope}`, brand))
  return cookies
}

const me = async ({ site }: Rig, cookie: string | undefined) =>
  untilSeen(() => askSite(site.consolePort, '/api/v1/me', { cookie: cookie ?? '' }))
const alarms = async (site: TestSite) =>
  Number(
    /alarms_open\{name="sign-in-broken"\} (\d+)/.exec(
      (await askSite(site.consolePort, '/metrics')).body,
    )?.[1] ?? 0,
  )

function change(site: TestSite, sql: string): void {
  const database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'), { timeout: 10_000 })
  database.exec(sql)
  database.close()
}

async function seen(site: TestSite): Promise<number> {
  const since = Date.now()
  await waitUntil('the alarm', async () => (await alarms(site)) > 0, seenWithinMs + 60_000)
  return Date.now() - since
}

/** The lookup of rights fails for all of one role. */
async function breakRole(report: DrillReport, rig: Rig): Promise<void> {
  const { site, cookies } = rig
  // Two rounds of the probe.
  await new Promise((resolve) => setTimeout(resolve, 3000))
  const before = await alarms(site)
  report.hold('in order: no alarm', '0', before, before === 0)
  change(site, `UPDATE managers SET role = 'broken' WHERE role = 'technical'`)
  await rig.witness.sees({
    ...{ what: 'one role broken', since: Date.now(), alarm: 'sign-in-broken', withinMs: seenWithinMs },
    ...{ names: /technical/, component: 'console-sign-in' },
  })
  await rig.witness.stayed('one role broken', 'gateway-filtering', 'gateway-delivery')
  const others = roles.filter((each) => each !== 'technical')
  const fine: string[] = []
  for (const role of others) {
    const { link } = await site.json<{ link: string }>('manager', 'link', `anna.${role}`)
    const fresh = await signInByLink(site.consolePort, link)
    const answers = [await me(rig, fresh), await me(rig, cookies.get(role))]
    if (answers.every((each) => each.code === 200)) fine.push(role)
  }
  report.hold(
    'other roles sign in and stay signed in',
    others.join(' '),
    fine.join(' '),
    fine.length === others.length,
  )
  const hit = await me(rig, cookies.get('technical'))
  report.hold(
    'who is hit hears that it is us',
    '500, a fault of ours',
    `${hit.code} ${hit.body.slice(0, 80)}`,
    hit.code === 500 && /fault of ours/i.test(hit.body),
  )
  change(site, `UPDATE managers SET role = 'technical' WHERE role = 'broken'`)
  const back = await waitUntil(
    'it is mended',
    async () => (await me(rig, cookies.get('technical'))).code === 200,
  )
  report.hold('mended: who was signed in still is', 'yes', back ? 'yes' : 'no', back)
  await waitUntil('the alarm is over', async () => (await alarms(site)) === 0)
}

/** One host name of a brand is kept wrongly, so that nothing answers under it. */
async function breakHost(report: DrillReport, rig: Rig): Promise<void> {
  const { site, cookies } = rig
  change(site, `UPDATE brands SET host = 'MAIL.MSP.TEST'`)
  const tookMs = await seen(site)
  report.see(
    'one host name broken: alarm',
    '<= 2 rounds of the probe (2 min)',
    `${tookMs} ms`,
    tookMs <= seenWithinMs,
    'timed',
  )
  const here = await me(rig, cookies.get('reader'))
  report.hold('under the platform’s own name all is well', '200', here.code, here.code === 200)
  change(site, `UPDATE brands SET host = 'mail.msp.test'`)
  await waitUntil('the alarm is over', async () => (await alarms(site)) === 0)
}

/** A cookie for a wrong domain cannot be given: it names none, and so belongs to the host name that it was got under. */
async function ownCookies(report: DrillReport, { site }: Rig): Promise<void> {
  const domains: string[] = []
  for (const host of [`127.0.0.1:${site.consolePort}`, 'mail.msp.test']) {
    const entered = { method: 'POST', body: '', headers: { host } }
    const { code, headers } = await untilSeen(async () => {
      // Each opens once, and may have done so though a busy console said 503.
      const { link } = await site.json<{ link: string }>('manager', 'link', 'anna.reader')
      return askSite(site.consolePort, new URL(link).pathname, entered)
    })
    const cookie = String(headers['set-cookie'] ?? '')
    if (code !== 303 || cookie === '' || /;\s*domain=/i.test(cookie))
      domains.push(`${host}: ${code} ${cookie.replace(/=[^;]*/, '=...')}`)
  }
  report.hold(
    'cookies of sessions that name a domain',
    'none',
    domains.join(', ') || 'none',
    domains.length === 0,
  )
}

/** An identity provider that takes connections and says nothing. */
async function silentProvider(report: DrillReport, { site, cookies }: Rig): Promise<void> {
  const silent = createServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as { port: number }
  const provider = {
    method: 'PUT',
    cookie: cookies.get('operator') ?? '',
    body: {
      name: 'MSP login',
      issuer: `http://127.0.0.1:${port}`,
      clientId: 'x',
      clientSecret: 'y',
      domains: [],
      newRole: null,
      trustsFactor: false,
      isOff: false,
    },
  }
  const path = '/api/v1/identity-provider?scope=tenant:msp'
  await untilSeen(() => askSite(site.consolePort, path, provider))
  const since = Date.now()
  const answer = await askSite(site.consolePort, '/sign-in/with/msp')
  const tookMs = Date.now() - since
  report.hold(
    'silent identity provider: said, and whose fault it is not',
    '503',
    answer.code,
    answer.code === 503 && /Nothing is wrong with your account/.test(answer.body),
  )
  report.hold('silent identity provider: said in time', '<= 5 s', `${tookMs} ms`, tookMs < 5000, 'timed')
  const { link } = await site.json<{ link: string }>('manager', 'link', 'anna.reader')
  const glass = await signInByLink(site.consolePort, link)
  report.hold(
    'break-glass: a link still signs in',
    'a session',
    glass === '' ? 'none' : 'a session',
    glass !== '',
  )
  silent.close()
}

/** The process and its store start anew. */
async function restart(report: DrillReport, rig: Rig): Promise<void> {
  const { site, cookies } = rig
  await site.kill()
  await site.launch()
  const codes = await Promise.all(roles.map(async (role) => (await me(rig, cookies.get(role))).code))
  report.hold(
    'started anew: everybody is still signed in',
    '5 of 5',
    codes.filter((each) => each === 200).length,
    codes.every((each) => each === 200),
  )
  const database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'), { readOnly: true })
  const { count } = database.prepare('SELECT count(*) AS count FROM access_failures').get() as {
    count: number
  }
  database.close()
  report.hold('wrong tries counted for faults of ours', '0', count, count === 0)
}
