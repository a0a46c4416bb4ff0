import { OrderError } from '#services/ledger/order-error.ts'
import { pointsOf } from '#services/radar/deductions.ts'
import type { RadarTest } from '#services/radar/radar-store.ts'
import { refuseTests } from '#services/radar/refuse-tests.ts'
import { shareTest, unshareTest } from '#services/radar/share-test.ts'
import { checkTitles, inOrder, standOf, wordsOf } from '#services/radar/stand-of-test.ts'
import { type Asker, startTest } from '#services/radar/start-test.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { addressOfPage } from './page-address.ts'
import { radarPath, radarPaths, radarTrips } from './radar-paths.ts'
import { readCount } from './read-count.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const pollMs = 500

const test: SiteCommand = {
  name: 'test',
  summary: 'tests how a domain or an address is set up',
  help: `Usage: mailkeep radar test DOMAIN|ADDRESS [--tenant ID] [--wait]
Looks at the servers of a domain, their encryption, and its records; for an address a mail goes out as well, and the
reply is looked at when it comes back, within radar.replyWithin. The running server does the work.
  --tenant  whose test it is; none: that of the operator
  --wait    waits until our part is done, and says what was found; 1: it failed or is inconclusive`,
  options: { tenant: { type: 'string' }, wait: { type: 'boolean' } },
  async run(site, given, out) {
    const started = await startTest(
      site.radar,
      await askerOf(site, given),
      oneWord(given, 'a domain or an address'),
    )
    if (!given.flag('wait')) {
      out.answer(
        { test: started },
        `The test ${started.id} has begun; "mailkeep radar show ${started.id}" says more.`,
      )
      return 0
    }
    const ended = await waitFor(site, started)
    out.answer({ test: ended }, describe(ended))
    return ended.outcome === 'passed' ? 0 : 1
  },
}

const show: SiteCommand = {
  name: 'show',
  summary: 'shows what a test has found',
  help: `Usage: mailkeep radar show TEST
Shows what a test has found: the score, each check, and for each fault what to enter where.`,
  options: {},
  async run(site, given, out) {
    const found = standOf(await testOf(site, oneWord(given, 'a test')), Date.now())
    out.answer({ test: found }, describe(found))
    return 0
  },
}

const list: SiteCommand = {
  name: 'list',
  summary: 'lists tests',
  help: `Usage: mailkeep radar list [--domain NAME] [--outcome passed|failed|inconclusive] [--limit N]
Lists tests, newest first. --outcome inconclusive: those that a fault of ours has spoilt.`,
  options: { domain: { type: 'string' }, outcome: { type: 'string' }, limit: { type: 'string' } },
  async run(site, given, out) {
    const outcome = given.text('outcome')
    if (outcome !== undefined && outcome !== 'passed' && outcome !== 'failed' && outcome !== 'inconclusive')
      throw new UseError('--outcome is passed, failed or inconclusive')
    const domain = given.text('domain')?.toLowerCase()
    const found = await site.radar.readRadar.tests({
      within: undefined,
      limit: Math.min(1000, readCount('limit', given.text('limit'), 100)),
      ...(domain !== undefined && { domain }),
      ...(outcome !== undefined && { outcome }),
    })
    const tests = found.map((each) => standOf(each, Date.now()))
    const rows = tests.map((each) => [
      each.id,
      localTime(each.startedAt),
      clip(each.address ?? each.domain, 40),
      each.score === null ? '-' : String(each.score),
      clip(wordsOf(each), 40),
    ])
    const text = rows.length === 0 ? 'There is no test.' : table(['test', 'began', 'of', 'score', ''], rows)
    out.answer({ tests }, text)
    return 0
  },
}

const share: SiteCommand = {
  name: 'share',
  summary: 'makes a link to the results of a test',
  help: `Usage: mailkeep radar share TEST [--end]
Prints a link under which anybody who has it sees the results of a test, for as long as radar.linkFor. It is shown once;
another one ends it. --end: no link leads there any more.`,
  options: { end: { type: 'boolean' } },
  async run(site, given, out) {
    const found = await testOf(site, oneWord(given, 'a test'))
    const asker = { who: site.who, ip: '' }
    if (given.flag('end')) {
      await unshareTest(site.radar, asker, found)
      out.answer({ link: null }, 'No link leads to it any more.')
      return 0
    }
    const { secret, until } = await shareTest(site.radar, asker, found)
    const link = `${addressOfPage(site.loaded.config).replace(/\/$/, '')}/radar-result/${secret}`
    out.answer({ link, until }, `${link}\nIt holds until ${localTime(until)}.`)
    return 0
  },
}

const refuse: SiteCommand = {
  name: 'refuse',
  summary: 'sends no more test mails to an address or a domain, for good',
  help: `Usage: mailkeep radar refuse ADDRESS|DOMAIN
Sends no more test mails there, for good. People do the same by the link in each test mail.`,
  options: {},
  async run(site, given, out) {
    const name = oneWord(given, 'an address or a domain')
    await refuseTests(site.radar, name, site.who, '')
    out.answer({ refused: name }, `${name} gets no test mails any more.`)
    return 0
  },
}

/** `./mailkeep radar`. */
export const command: GroupCommand = {
  name: 'radar',
  summary: 'tests how mail of a domain is set up, and makes round trips',
  verbs: [test, show, list, share, refuse, radarPath, radarPaths, radarTrips],
}

function oneWord(given: Arguments, what: string): string {
  const [word, ...more] = given.words
  if (word === undefined || more.length > 0) throw new UseError(`name ${what}`)
  return word
}

/** Whoever runs this is the operator: limits are for others. */
export async function askerOf(site: Site, given: Arguments): Promise<Asker> {
  const tenants = await site.directory.tenants()
  const named = given.text('tenant')
  const tenant = named ?? tenants.find((each) => each.level === 'operator')?.id ?? ''
  if (named !== undefined && !tenants.some((each) => each.id === named))
    throw new OrderError('not-found', `there is no tenant ${named}`)
  return { who: site.who, ip: '', tenant, isUnlimited: true }
}

async function testOf(site: Site, id: string): Promise<RadarTest> {
  const found = await site.radar.readRadar.test(id)
  if (!found) throw new OrderError('not-found', `there is no test ${id}`)
  return found
}

async function waitFor(site: Site, started: RadarTest): Promise<RadarTest> {
  for (;;) {
    const found = standOf(await testOf(site, started.id), Date.now())
    if (found.outcome !== null) return found
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

function describe(found: RadarTest): string {
  const head = `${found.address ?? found.domain}: ${wordsOf(found)}\n${found.says}`
  const score = found.score === null ? 'No score.' : `Score: ${found.score} of 100`
  const checks = inOrder(found.results).flatMap(({ check, state, says, faults }) => [
    `${state.padEnd(8)}${checkTitles[check]}: ${clip(says, 200)}`,
    ...faults.flatMap(({ code, fix }) => [
      `          -${pointsOf(code)}  ${fix.text}`,
      ...(fix.record === '' ? [] : [`          ${fix.record}  ${fix.type}  ${fix.value}`]),
    ]),
  ])
  const again = found.again === null ? [] : [`It runs again as ${found.again}.`]
  return [head, score, '', ...checks, ...again].join('\n')
}
