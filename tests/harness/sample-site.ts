import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { sendLetter, unwantedBody } from './letter.ts'
import { type GiveOrder, operatorOf } from './operator.ts'
import { TestSamlProvider } from './saml-provider.ts'
import { addBackups, makeBackupFolder } from './sample-backups.ts'
import {
  countTouched,
  noteFinding,
  noteTries,
  type SampleIncidents,
  tellOfStatus,
} from './sample-incidents.ts'
import { Sink } from './sink.ts'
import { TestSite } from './site.ts'
import { SmtpDialogue } from './smtp-dialogue.ts'
import { waitUntil } from './wait-until.ts'

/** Where a server of a customer sends from. */
const office = '127.0.0.9'

/** A provider with two customers and some mail in every state, for pages to look at. */
export interface SampleSite extends AsyncDisposable {
  readonly site: TestSite
  readonly sink: Sink
  /** Messages by what became of them. */
  readonly messages: Readonly<Record<'delivered' | 'waiting' | 'quarantined' | 'several', string>>
  /** A program that is told, and does not answer. */
  readonly webhook: string
  /** An incident of the past. */
  readonly past: string
  /** What somebody says of a message that was set aside. */
  readonly report: string
  /** A domain that waits for its proof. */
  readonly claim: string
  /** A test of a domain, and a mailbox that round trips are made by. */
  readonly radarTest: string
  readonly radarPath: string
  /** What goes wrong now. */
  readonly incidents: SampleIncidents
}

/** People and programs that are told of alarms; what is not there does not answer. */
async function tellOfAlarms(site: TestSite): Promise<void> {
  const nights = ['--quiet', '22:00-07:00', '--zone', 'Europe/Berlin']
  const duty = ['--escalate-after', '15m=duty@bakery.example']
  const chat = ['--also', 'slack=https://hooks.chat.example/services/T01/B02/abcdefgh']
  await site.must('alarm', 'tell', 'desk@away.example', '--of', 'tenant:house', ...nights, ...duty, ...chat)
  await site.must('alarm', 'tell', 'anna@bakery.example', '--of', 'tenant:bakery', '--name', 'mail-flow')
}

/** @param settings beside its own */
export async function startSampleSite(settings: Readonly<Record<string, unknown>> = {}): Promise<SampleSite> {
  const sink = await Sink.start({
    behaviour: (stage, argument) =>
      stage === 'rcpt' && argument.startsWith('full')
        ? '452 4.2.2 Mailbox is full, try again later'
        : undefined,
  })
  const backups = makeBackupFolder()
  const site = await TestSite.start({
    domains: {},
    users: [],
    // The first backup is made at the start; none by its pace comes among those of the past that are added.
    settings: {
      ...{ 'delivery.retry': [600], 'delivery.ownRetry': [600] },
      ...{ 'backup.folder': backups, 'backup.every': '1d', ...settings },
    },
    hasUrl: true,
  })
  await site.must('tenant', 'add', 'house', '--level', 'operator', '--name', 'Brightwater Hosting')
  await site.must(
    'tenant',
    'add',
    'partner',
    '--parent',
    'house',
    '--level',
    'reseller',
    '--name',
    'Northlight IT',
  )
  await addCustomer(site, 'bakery', 'Harbour Bakery', 'bakery.example', sink.hop)
  await addCustomer(site, 'clinic', 'Riverside Clinic', 'clinic.example', sink.hop)
  await site.must('domain', 'add', 'away.example', '--tenant', 'clinic', '--next-hop', 'smtp://127.0.0.1:1')
  await site.must('user', 'add', 'desk@away.example')
  await addPolicy(site)
  await site.knows('desk@away.example')
  await site.must('policy', 'set', 'clinic', 'release.spam=request')
  await site.must('relay', 'add', 'bakery', '--network', `${office}/32`, '--note', 'Till in the shop')
  await site.must('suppression', 'add', 'bakery', 'lost@customer.example', '--note', 'Asked us not to write')
  noteFinding(site)
  noteTries(site)
  await tellOfAlarms(site)
  const give = await operatorOf(site, 'sample')
  await addBackups(site, backups, give)
  await loseSome(give)
  const webhook = await addByManager(give)
  const told = await tellOfStatus(site, give)
  const claim = await addSenders(site)
  await tryDefinitions(site)
  const past = await importPast(site)
  await addSendingAddresses(site)
  const radar = await tryRadar(site)
  const messages = await sendSamples(site)
  await sendReturned(site)
  await suspend(site)
  await askForRelease(site, 'anna@clinic.example')
  const report = await sayMistake(site, 'anna@bakery.example')
  const suspected = await countTouched(give)
  return {
    site,
    sink,
    messages,
    webhook,
    past,
    claim,
    report,
    ...radar,
    incidents: { suspected, ...told },
    async [Symbol.asyncDispose]() {
      await site[Symbol.asyncDispose]()
      await sink.down()
      rmSync(backups, { recursive: true, force: true })
    },
  }
}

/** A test of a domain whose servers nobody finds, and round trips that nobody answers. */
async function tryRadar(site: TestSite): Promise<Pick<SampleSite, 'radarTest' | 'radarPath'>> {
  const { test } = await site.json<{ test: { id: string } }>(
    'radar',
    'test',
    'bakery.example',
    '--tenant',
    'bakery',
  )
  const { path } = await site.json<{ path: { id: string } }>(
    ...['radar', 'path', 'anna@bakery.example', '--name', 'Shop'],
  )
  return { radarTest: test.id, radarPath: path.id }
}

/** Documents about incidents of the past; answers one that was told when it was over. */
async function importPast(site: TestSite): Promise<string> {
  const folder = fileURLToPath(new URL('../history/', import.meta.url))
  const { incidents } = await site.json<{ incidents: { id: string; isReportedAfterwards: boolean }[] }>(
    ...['import-history', ...readdirSync(folder).map((name) => join(folder, name))],
  )
  return incidents.find((each) => each.isReportedAfterwards)?.id ?? ''
}

async function addCustomer(
  site: TestSite,
  id: string,
  name: string,
  domain: string,
  hop: string,
): Promise<void> {
  await site.must('tenant', 'add', id, '--parent', 'partner', '--name', name)
  await site.must('domain', 'add', domain, '--tenant', id, '--next-hop', hop)
  for (const user of ['anna', 'bertrand.van-der-lindenhof', 'full'])
    await site.must('user', 'add', `${user}@${domain}`)
}

/** Two of the three people of a domain are gone at once, which waits for somebody who confirms it. */
async function loseSome(give: GiveOrder): Promise<void> {
  const gone = ['guest@away.example', 'night-desk@away.example']
  await give('POST', '/people', { people: gone.map((address) => ({ address })) })
  for (const each of gone) await give('DELETE', `/people/${each}`)
}

/** What is made in the console: a group, a brand, an identity provider, a program that is told. */
async function addByManager(give: GiveOrder): Promise<string> {
  await give('POST', '/groups', { domain: 'bakery.example', name: 'Shop' })
  const members = { add: ['anna@bakery.example', 'full@bakery.example'] }
  await give('POST', '/groups/bakery.example%2Fshop/members', members)
  await give('PUT', '/brand?scope=tenant:partner', {
    name: 'Northlight Mail',
    host: null,
    fromName: 'Northlight IT',
    accent: '#7a2f8f',
    loginText: 'Questions? Call us at 020 7946 0000.',
  })
  await give('PUT', '/identity-provider?scope=tenant:partner', {
    name: 'Northlight login',
    saml: { metadata: new TestSamlProvider().metadata(), takesUnasked: false },
    ...{ domains: ['northlight.example'], newRole: 'reader', trustsFactor: true, isOff: false },
  })
  const made = await give<{ webhook: { id: string } }>('POST', '/webhooks', {
    tenant: 'bakery',
    name: 'Tickets of the bakery',
    url: 'https://hooks.bakery.example/mailkeep',
    kinds: ['returned', 'quarantined'],
  })
  await give('POST', `/webhooks/${made.webhook.id}/test`, {})
  return made.webhook.id
}

/** Who sends to the world, and a domain that waits for its proof: what is answered is its id. */
async function addSenders(site: TestSite): Promise<string> {
  await site.must(
    'relay',
    'add',
    'bakery',
    '--network',
    '198.51.100.7/32',
    '--note',
    'Mail server of the shop',
  )
  await site.must('relay', 'add', 'clinic', '--login', 'printer-hall', '--domain', 'clinic.example')
  await site.must('mail-password', 'add', 'anna@bakery.example', '--name', 'Telephone')
  await site.must('dkim', 'add', 'bakery.example')
  const { id } = await site.json<{ id: string }>(
    ...['domain', 'claim', 'kiosk.example', '--tenant', 'bakery', '--next-hop', 'smtp://mx.kiosk.example'],
  )
  return id
}

/** An address that is warm and one that grows, with days behind them that nobody can wait for. */
async function addSendingAddresses(site: TestSite): Promise<void> {
  const helo = (n: number) => ['--pool', 'outbound', '--helo', `mail${n}.brightwater.example`]
  await site.must('sending', 'add', '127.0.0.30', ...helo(1))
  await site.must('sending', 'add', '127.0.0.31', ...helo(2), '--warm-up', '--start', '200', '--full', '3000')
  const day = (before: number) => new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 10)
  const line = (ip: string, before: number, receiver: string, taken: number, deferred: number) =>
    [day(before), ip, receiver, taken, deferred] as const
  const lines = [...Array(12).keys()].flatMap((before) => [
    line('127.0.0.30', before, 'bigmail.example', 9000 + 37 * before, 40),
    line('127.0.0.31', before, 'bigmail.example', Math.round(200 * 1.3 ** (11 - before)), before),
    line('127.0.0.31', before, 'post.example', 200, before === 3 ? 60 : 0),
  ])
  using database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'))
  database.exec('PRAGMA busy_timeout = 10000')
  const add = database.prepare(
    'INSERT INTO sending_days (day, ip, receiver, taken, deferred, slow, listed, judged) VALUES (?, ?, ?, ?, ?, 0, 0, 0)',
  )
  for (const each of lines) add.run(...each)
  database
    .prepare('UPDATE sending_addresses SET warm_up = json_set(warm_up, ?, ?) WHERE ip = ?')
    .run('$.since', Date.now() - 11 * 86_400_000, '127.0.0.31')
}

/** A mailbox that sends as a stolen one does, as somebody on the telephone says. */
async function suspend(site: TestSite): Promise<void> {
  const why = 'its owner rang: he has not written these offers'
  await site.must('sender', 'suspend', 'offers@bakery.example', '--why', why)
}

/** A set of definitions that proves itself. */
async function tryDefinitions(site: TestSite): Promise<void> {
  const file = join(site.folder, 'prizes.json')
  const rule = {
    code: 'prizes',
    weight: 60,
    kind: 'spam',
    text: 'A prize.',
    places: ['body'],
    any: ['jackpot'],
  }
  writeFileSync(file, JSON.stringify({ version: '2026.11-prizes', rules: [rule] }))
  await site.must('definitions', 'add', file)
}

/** What customers want: a setting, senders and two rules, so that there are versions too. */
async function addPolicy(site: TestSite): Promise<void> {
  await site.must('policy', 'set', 'partner', 'tolerance=180')
  await site.must('policy', 'set', 'bakery', 'weight.spf-fail=150')
  await site.must('allow', 'add', 'bakery', 'flour.example', 'orders@yeast.example')
  await site.must('block', 'add', 'bakery', 'win-a-prize.example')
  await site.must('rule', 'add', 'bakery', '--template', 'executable-attachments')
  await site.must(
    ...['rule', 'add', 'bakery', '--name', 'Prizes', '--off'],
    ...['--if', 'subject contains you have won', '--if', 'body contains lottery', '--do', 'hold'],
  )
  const file = join(site.folder, 'bills.json')
  const conditions = [{ field: 'subject', test: 'contains', values: ['invoice', 'order'] }]
  writeFileSync(file, JSON.stringify({ name: 'Bills', conditions, actions: [{ do: 'quarantine' }] }))
  await site.must('policy', 'try', 'bakery', '--rule', file)
}

async function sendSamples(site: TestSite): Promise<SampleSite['messages']> {
  const anna = 'anna@bakery.example'
  const letter = (name: string, to: string | readonly string[], body?: string) =>
    sendLetter(site, { to, name, from: 'orders@mill.example', ...(body !== undefined && { body }) })
  const delivered = await letter('Flour for next week', anna)
  for (const name of ['Invoice 2026-1187', 'Re: opening hours on 1 December', 'Your order has been shipped'])
    await letter(name, [anna, 'anna@clinic.example'])
  await letter(
    'Minutes of the board meeting with a subject that is much longer than any column will ever be wide',
    'bertrand.van-der-lindenhof@bakery.example',
  )
  const waiting = await letter('Appointment on Monday', 'desk@away.example')
  for (const name of ['Lab results', 'Question about a bill']) await letter(name, 'desk@away.example')
  await letter('Photos of the summer party', 'full@clinic.example')
  const quarantined = await letter('You have won', anna, unwantedBody)
  await letter('Cheap watches', ['anna@clinic.example', 'full@clinic.example'], unwantedBody)
  const several = await letter('Offer for both of you', [anna, 'full@bakery.example'])
  await sendLetter(site, { to: 'nobody@bakery.example', name: 'to nobody' }).catch(() => undefined)
  const seen = async (id: string, word: string) => (await site.must('trace', id)).includes(word)
  await waitUntil('the first is delivered', () => seen(delivered, 'delivered'), 60_000, 300)
  await waitUntil('one waits', () => seen(waiting, 'ECONNREFUSED'), 60_000, 300)
  return { delivered, waiting, quarantined, several }
}

/** Mail to the world that comes back at once: there is no such domain. */
async function sendReturned(site: TestSite): Promise<void> {
  const [from, to] = ['till@bakery.example', 'someone@nowhere.example']
  await waitUntil('the office may send', async () => {
    await using client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', office)
    await client.hello()
    const reply = await client.message(from, to, `From: ${from}\r\nSubject: Receipt\r\n\r\nwords\r\n`)
    return reply.startsWith('250')
  })
  // One that policy holds before it leaves.
  await using client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', office)
  await client.hello()
  await client.message(
    from,
    'reader@nowhere.example',
    `From: ${from}\r\nSubject: Spring offer\r\n\r\n${unwantedBody}`,
  )
}

/** Somebody without a password asks for what was set aside for him, as he does on the review page. */
async function askForRelease(site: TestSite, address: string): Promise<void> {
  await pressInReview(site, address, /action="([^"]+\/deliver)"><button[^>]*>Ask for it/)
}

/** Another says that it was set aside by mistake; answers the id of his report. */
async function sayMistake(site: TestSite, address: string): Promise<string> {
  await pressInReview(site, address, /action="([^"]+\/report)"/)
  const { reports } = await site.json<{ reports: { id: string }[] }>('reports', 'list')
  return reports[0]?.id ?? ''
}

/** Presses the first button of somebody's review page that leads to such an address, when it is there. */
async function pressInReview(site: TestSite, address: string, button: RegExp): Promise<void> {
  const { url } = await site.json<{ url: string }>('review', 'link', address)
  const own = { 'sec-fetch-site': 'same-origin' }
  const press = (path: string, cookie = '') =>
    fetch(new URL(path, url), { method: 'POST', redirect: 'manual', headers: { ...own, cookie } })
  const cookie = ((await press(url)).headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const action = await waitUntil('something waits for him that has this button', async () => {
    const page = await (await fetch(new URL('/review/messages?older=1', url), { headers: { cookie } })).text()
    return button.exec(page)?.[1]
  })
  await press(action, cookie)
}
