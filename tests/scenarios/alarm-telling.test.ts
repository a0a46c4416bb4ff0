import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { AlarmList, AlarmNoticeList, SubscriptionList } from '../../contract/src/index.ts'
import type { Site } from '../../server/src/doors/cli/site.ts'
import { loadConfig } from '../../server/src/ground/platform/config/load-config.ts'
import { openStores } from '../../server/src/site.ts'
import {
  AlarmReceiver,
  checkPagerEvent,
  checkSignedAlarm,
  checkSlackMessage,
} from '../harness/alarm-receivers.ts'
import { askSite } from '../harness/ask-site.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'

const routingKey = 'R0123456789abcdefghijklmnopqrstu'
const step = '10m=second@desk.test'

describe('alarms that people and programs are told of, by two processes', () => {
  let site: TestSite
  let beside: TestSite
  let desk: Sink
  let pager: AlarmReceiver
  let chat: AlarmReceiver
  let tickets: AlarmReceiver
  let teller: Site
  let key = ''
  let secret = ''
  const lasting: { name: string; subject: string; text: string; since: number }[] = []

  before(async () => {
    desk = await Sink.start({ keep: true })
    pager = await AlarmReceiver.start(checkPagerEvent, '/v2/enqueue')
    chat = await AlarmReceiver.start(checkSlackMessage, '/services/T0/B0/SECRETOFCHAT')
    tickets = await AlarmReceiver.start(checkSignedAlarm(() => secret))
    site = await TestSite.start({
      ...{ domains: {}, users: [], hasUrl: true },
      settings: {
        'web.allowNetworks': ['127.0.0.0/8'],
        // A place that hangs is waited for so long; one that is a part of this test may stand still for seconds.
        'web.timeout': '4s',
        'webhooks.retryAfter': '300ms',
        'alarms.tellAfter': '1s',
        'alarms.calmFor': '1s',
        'jobs.every': '1s',
        'alarms.updateEvery': '1s',
        'alarms.targetLateAfter': '1s',
      },
    })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('domain', 'add', 'desk.test', '--tenant', 'house', '--next-hop', desk.hop)
    await site.must(
      'user',
      'add',
      ...['first@desk.test', 'second@desk.test', 'third@desk.test', 'other@desk.test'],
    )
    key = (
      await site.json<{ key: string }>(
        ...['key', 'add', 'k', '--tenant', 'house', '--scope', 'directory', '--scope', 'logs'],
        ...['--scope', 'messages', '--scope', 'configuration'],
      )
    ).key
    await site.knows('other@desk.test')
    beside = await TestSite.beside(site, ['jobs'])
    teller = openStores(loadConfig(null, {}), join(site.folder, 'data'))
  })
  after(async () => {
    teller?.close()
    await beside?.kill()
    await site?.[Symbol.asyncDispose]()
    for (const each of [pager, chat, tickets]) await each?.[Symbol.asyncDispose]()
    await desk?.down()
  })

  const ask = (path: string, body?: object, method?: string) =>
    askSite(site.consolePort, path, { key, ...(body && { body }), ...(method && { method }) })
  const tell = (...more: string[]) => site.json<{ id: string; secrets: string[] }>('alarm', 'tell', ...more)
  /** What this process of the site has open from now on. */
  const have = async (name: string, count: number) => {
    lasting.splice(0)
    for (let n = 0; n < count; n++)
      lasting.push({ name, subject: `place-${n}`, text: `<!channel> ${name} & more`, since: Date.now() })
    await teller.alarms.note('test', lasting, Date.now(), 1000)
  }
  const subjects = (to: string) =>
    desk.messages
      .filter((each) => each.rcptTo.includes(to))
      .map((each) => /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(each.content)?.[1]?.replace(/\r\n/g, ''))
  const field = (content: string, name: string) =>
    new RegExp(`^${name}: (.*)$`, 'mi').exec(content)?.[1]?.trim()

  test('a test alarm comes to each place, in its form, whatever the hour', async () => {
    const made = await tell(
      ...[
        'first@desk.test',
        '--of',
        'tenant:house',
        '--name',
        'list-muted',
        '--quiet',
        '00:00-23:59',
        '--zone',
        'UTC',
      ],
      ...['--also', `slack=${chat.url}`, '--also', `webhook=${tickets.url}`],
    )
    secret = made.secrets[0] ?? ''
    // A place may be slower than `web.timeout` where the machine is busy: then it is tested again.
    const isTested = async () => {
      const tried = await ask(`/api/v1/alarm-subscriptions/${made.id}/test`, {})
      assert.equal(tried.code, 200, tried.body)
      assert.doesNotMatch(tried.body, /SECRETOFCHAT/)
      const { targets } = tried.json<{ targets: { form: string; taken: boolean }[] }>()
      assert.deepEqual(
        targets.map((each) => each.form),
        ['mail', 'slack', 'webhook'],
      )
      return targets.every((each) => each.taken)
    }
    await waitUntil('all take the test', isTested, 60_000, 1000)
    await waitUntil('the mail comes', () => subjects('first@desk.test').length > 0)
    assert.deepEqual([tickets.taken[0]?.kind, tickets.wrong], ['test', []])
    const chatted = chat.taken.length
    assert.ok(chatted > 0)
    // The same by a command, once it tells another one, and the chat no more.
    const [known] = (await ask('/api/v1/alarm-subscriptions')).json<SubscriptionList>().lines
    const shown = known?.targets.find((each) => each.form === 'slack')?.address ?? ''
    await site.must('alarm', 'change', made.id, '--without', shown, '--also', 'third@desk.test', '--no-quiet')
    const isTestedAgain = async () => {
      const { targets } = await site.json<{ targets: { form: string; isTaken: boolean }[] }>(
        'alarm',
        'test',
        made.id,
      )
      assert.deepEqual(
        targets.map((each) => each.form),
        ['mail', 'webhook', 'mail'],
      )
      return targets.every((each) => each.isTaken)
    }
    await waitUntil('those that stayed and the new one take it', isTestedAgain)
    await waitUntil('the test of the command comes', () => subjects('third@desk.test').length > 0)
    assert.deepEqual([chat.taken.length, tickets.wrong], [chatted, []])
    // Who has read it before that changes nothing by the API; who has read it now does.
    const path = `/api/v1/alarm-subscriptions/${made.id}`
    const patch = (etag: string) =>
      askSite(site.consolePort, path, {
        ...{ key, method: 'PATCH', headers: { 'if-match': `"${etag}"` } },
        body: { names: ['disk-full'], targets: [{ keeps: 0, afterMinutes: 0 }] },
      })
    assert.equal((await patch(known?.etag ?? '')).code, 412)
    const [now] = (await ask('/api/v1/alarm-subscriptions')).json<SubscriptionList>().lines
    assert.equal((await patch(now?.etag ?? '')).code, 200)
    const [last] = (await ask('/api/v1/alarm-subscriptions')).json<SubscriptionList>().lines
    assert.deepEqual(
      [last?.names, last?.quiet, last?.targets.map((each) => each.address)],
      [['disk-full'], null, ['first@desk.test']],
    )
    await site.must('alarm', 'untell', made.id)
  })

  test('a storm is one message to each place, told once by two processes, and all of it is listed', async () => {
    const targets = [
      { form: 'mail', address: 'first@desk.test', afterMinutes: 0 },
      { form: 'slack', address: chat.url, afterMinutes: 0 },
      { form: 'pagerduty', address: pager.url, key: routingKey, afterMinutes: 0 },
    ]
    const added = await ask('/api/v1/alarm-subscriptions', {
      scope: 'tenant:house',
      names: ['list-muted'],
      targets,
    })
    assert.equal(added.code, 200, added.body)
    const before = [chat.taken.length, subjects('first@desk.test').length]
    await have('list-muted', 500)
    await waitUntil(
      'all hear of it',
      () =>
        pager.taken.length > 0 &&
        chat.taken.length > (before[0] ?? 0) &&
        subjects('first@desk.test').length > (before[1] ?? 0),
    )
    assert.equal(pager.taken[0]?.event_action, 'trigger')
    assert.equal(subjects('first@desk.test').at(-1), '500 alarms: 500 list-muted')
    const notice = await waitUntil('it is written down whom it was told', async () => {
      const [newest] = (await ask('/api/v1/alarm-notices')).json<AlarmNoticeList>().lines
      return newest?.told.length === 3 && newest
    })
    assert.equal(notice.alarms, 500)
    const listed = await site.json<{ alarms: unknown[] }>('alarm', 'list', '--notice', notice.id)
    assert.equal(listed.alarms.length, 500)
    await have('list-muted', 0)
    await waitUntil(
      'all hear that it is over',
      () =>
        pager.taken.length > 1 &&
        subjects('first@desk.test').at(-1)?.startsWith('Over') === true &&
        chat.taken.length === (before[0] ?? 0) + 2,
    )
    assert.deepEqual(
      pager.taken.map((each) => [each.event_action, each.dedup_key === pager.taken[0]?.dedup_key]),
      [
        ['trigger', true],
        ['resolve', true],
      ],
    )
    const [first, last] = desk.messages.slice(-2)
    assert.equal(field(last?.content ?? '', 'References'), field(first?.content ?? '', 'Message-ID'))
    assert.equal(subjects('first@desk.test').length, (before[1] ?? 0) + 2, 'once each')
    assert.deepEqual([pager.wrong, chat.wrong], [[], []])
  })

  test('a place that answers 429, 500 or nothing hears of it in the end; the others hear that it fails', async () => {
    pager.mood = 429
    const before = pager.taken.length
    await have('list-muted', 1)
    await waitUntil('it is asked', () => pager.asked > before + 1)
    pager.mood = 'hang'
    const shown = async () =>
      (await ask('/api/v1/alarm-subscriptions')).json<SubscriptionList>().lines[0]?.targets[2]
    await waitUntil('it is late', async () =>
      /did not|in time|late|500ms|answer/.test((await shown())?.error ?? ''),
    )
    await waitUntil('the others hear', () =>
      subjects('first@desk.test').some((each) => /^Alarm: alarm-target-fails/.test(each ?? '')),
    )
    const mail =
      desk.messages.find((each) => /Subject: Alarm: alarm-target-fails/.test(each.content))?.content ?? ''
    assert.doesNotMatch(
      mail + JSON.stringify(await shown()) + site.log + beside.log,
      /R0123456789|v2\/enqueue/,
    )
    pager.mood = 500
    await waitUntil('it is tried again', async () => (await shown())?.error === 'it answered 500')
    pager.mood = null
    await waitUntil('it hears of it', () => pager.taken.length > before)
    await have('list-muted', 0)
    await waitUntil('it hears the end', () => pager.taken.at(-1)?.event_action === 'resolve')
    await waitUntil('all is well', () =>
      subjects('first@desk.test').some((each) => /^Over: alarm-target-fails/.test(each ?? '')),
    )
  })

  test('a subscription that ends while its pager is being told leaves nothing open there', async () => {
    const taken = pager.taken.length
    const over = Promise.withResolvers<void>()
    pager.mood = over.promise
    const added = await ask('/api/v1/alarm-subscriptions', {
      ...{ scope: 'tenant:house', names: ['upstream-silent'] },
      targets: [{ form: 'pagerduty', address: pager.url, key: routingKey, afterMinutes: 0 }],
    })
    assert.equal(added.code, 200, added.body)
    const { id } = added.json<{ subscription: { id: string } }>().subscription
    const asked = pager.asked
    await have('upstream-silent', 1)
    await waitUntil('it is being told', () => pager.asked > asked)
    // What ends it finds the pager well, and closes what is not open there yet.
    pager.mood = null
    const ended = await ask(`/api/v1/alarm-subscriptions/${id}`, undefined, 'DELETE')
    assert.equal(ended.code, 200, ended.body)
    over.resolve()
    const course = () => pager.taken.slice(taken).map((each) => each.event_action)
    // One turn, in which what was held up goes through unless its caller has given up.
    await new Promise((resolve) => setImmediate(resolve))
    // Closed by whoever ended it, opened unless the telling was given up meanwhile, and closed by whoever told it.
    await waitUntil('it is closed there', () => course().at(-1) === 'resolve')
    await have('upstream-silent', 0)
  })

  test('kill -9 of all while a place is told loses nothing, and mails nothing twice', async () => {
    pager.mood = 'hang'
    const [mails, asked] = [subjects('first@desk.test').length, pager.asked]
    await have('list-muted', 2)
    await waitUntil('it is being told', () => pager.asked > asked)
    await Promise.all([site.kill(), beside.kill()])
    pager.mood = null
    const taken = pager.taken.length
    await teller.alarms.note('test', lasting, Date.now(), 1000)
    await site.launch()
    await waitUntil('it hears of it', () => pager.taken.length > taken)
    await waitUntil('the mail is there', () => subjects('first@desk.test').length > mails)
    assert.equal(subjects('first@desk.test').filter((each) => each === '2 alarms: 2 list-muted').length, 1)
    await have('list-muted', 0)
    await waitUntil('it hears the end', () => pager.taken.at(-1)?.event_action === 'resolve')
  })

  test('a link in the mail shows a button, which acknowledges; nobody is called then', async () => {
    await tell(
      'other@desk.test',
      '--of',
      'tenant:house',
      '--name',
      'upstream-silent',
      '--escalate-after',
      step,
    )
    await have('upstream-silent', 1)
    await waitUntil('the mail comes', () => subjects('other@desk.test').length > 0)
    const content = desk.messages.find((each) => each.rcptTo.includes('other@desk.test'))?.content ?? ''
    const path = /http:\/\/127\.0\.0\.1:\d+(\/alarms\/acknowledge\/[\w-]{43})\r\n/.exec(content)?.[1] ?? ''
    const acknowledged = async () =>
      (await untilSeen(() => ask('/api/v1/alarms')))
        .json<AlarmList>()
        .lines.find((each) => each.name === 'upstream-silent')?.acknowledged
    for (let n = 0; n < 3; n++) {
      const page = await untilSeen(() => askSite(site.consolePort, path))
      assert.match(page.body, /<button class="main wide">I look after it<\/button>/)
    }
    assert.equal(await acknowledged(), null, 'looking changes nothing')
    assert.equal((await untilSeen(() => askSite(site.consolePort, `${path.slice(0, -1)}_`))).code, 404)
    assert.equal((await untilSeen(() => askSite(site.consolePort, path, { body: '' }))).code, 200)
    assert.equal((await acknowledged())?.who, 'mail other@desk.test')
    assert.match((await untilSeen(() => askSite(site.consolePort, path))).body, /Somebody looks after it/)
    assert.equal((await site.command('alarm', 'ack', 'upstream-silent', 'place-0')).code, 0)
    await have('upstream-silent', 0)
    await waitUntil('its end comes', () => subjects('other@desk.test').at(-1)?.startsWith('Over') === true)
    assert.deepEqual(subjects('second@desk.test'), [])
  })
})
