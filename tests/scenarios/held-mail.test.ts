import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { askSite } from '../harness/ask-site.ts'
import { balanced, settledBooks } from '../harness/books.ts'
import { composeLetter, unwantedBody } from '../harness/letter.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { pressPage } from '../harness/press-page.ts'
import { Sink, type SinkMessage } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** Where the server of the customers sits. */
const server = '127.0.0.9'
const people = ['anna@one.test', 'carl@two.test', 'rita@three.test', 'max@four.test']

/** A site that sends for four customers, with the mailboxes of their people in `inside` and the world outside. */
async function openSite(settings: object): Promise<{ site: TestSite; inside: Sink; world: Outside }> {
  const inside = await Sink.start({ keep: true })
  const world = await openOutside(['far.test'])
  const site = await TestSite.start({ settings: { ...world.settings, ...settings }, hasUrl: true })
  await site.must('tenant', 'add', 'house', '--level', 'operator')
  for (const address of people) {
    const domain = address.split('@')[1] ?? ''
    const tenant = domain.split('.')[0] ?? ''
    await site.must('tenant', 'add', tenant, '--parent', 'house')
    await site.must('domain', 'add', domain, '--tenant', tenant, '--next-hop', inside.hop)
    await site.must('user', 'add', address)
  }
  await site.must('policy', 'set', 'tenant:two', 'outbound.release=code')
  await site.must('policy', 'set', 'tenant:three', 'outbound.release=request')
  await site.must('policy', 'set', 'tenant:four', 'outbound.release=manager')
  await site.must('relay', 'add', 'house', '--network', `${server}/32`)
  await site.knows(people.at(-1) ?? '')
  await waitUntil('the server is known', async () => {
    await using client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', server)
    await client.hello()
    await client.command(`MAIL FROM:<${people.at(-1)}>`)
    return /^250/.test(await client.command('RCPT TO:<x@far.test>'))
  })
  return { site, inside, world }
}

async function submit(site: TestSite, from: string, name: string, to = ['x@far.test']): Promise<string> {
  await using client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', server)
  await client.hello()
  await client.command(`MAIL FROM:<${from}>`)
  for (const each of to) await client.command(`RCPT TO:<${each}>`)
  await client.command('DATA')
  const reply = await client.command(`${composeLetter({ to, from, name, body: unwantedBody })}.`, 60_000)
  return /^250 .*Accepted as (\w+)/.exec(reply)?.[1] ?? assert.fail(reply)
}

/** For how many recipients a letter has arrived. */
const arrived = ({ mail }: Outside, name: string) =>
  mail.messages
    .filter((each) => each.headerMessageId === `<${name}@letter.example>`)
    .flatMap((each) => each.rcptTo).length

/** Mails of ours to somebody whose text says a thing. */
const noticesTo = (inside: Sink, address: string, words: string) =>
  inside.messages.filter((each) => each.rcptTo.includes(address) && each.content.includes(words))

const linkIn = ({ content }: SinkMessage) => /\/held\/[\w-]{43}/.exec(content)?.[0] ?? ''

async function stateOf(site: TestSite, id: string): Promise<string> {
  const { traced } = await site.json<{ traced: { deliveries: { state: string; reason: string }[] } }>(
    'trace',
    id,
  )
  return traced.deliveries.map((each) => `${each.state} ${each.reason}`).join(', ')
}

describe('mail of our people that policy holds', () => {
  let site: TestSite
  let inside: Sink
  let world: Outside
  let key = ''
  const ask = (method: string, path: string, more = {}) => pressPage(site.consolePort, method, path, more)

  before(async () => {
    ;({ site, inside, world } = await openSite({}))
    const scopes = ['--scope', 'messages']
    key = (await site.json<{ key: string }>('key', 'add', 'k', '--tenant', 'three', ...scopes)).key
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await inside.down()
    await world.close()
  })

  async function api<Body>(path: string, body?: object): Promise<{ code: number; answer: Body }> {
    const answer = await askSite(site.consolePort, `/api/v1/${path}`, { key, ...(body && { body }) })
    return { code: answer.code, answer: answer.json<Body>() }
  }

  /** The link that the sender of a message gets. */
  async function linkTo(address: string, name: string): Promise<string> {
    const notice = await waitUntil('the sender hears of it', () => noticesTo(inside, address, name)[0])
    return linkIn(notice)
  }

  test('its sender hears of it at once, and sends it all the same: once, whoever looked at the link before', async () => {
    const [anna = ''] = people
    const id = await submit(site, anna, 'held-1', ['x@far.test', 'y@far.test'])
    assert.equal(await stateOf(site, id), 'held score, held score')
    const link = await linkTo(anna, 'held-1')
    const [notice] = noticesTo(inside, anna, 'held-1')
    assert.equal(notice?.mailFrom, '')
    assert.match(notice?.content ?? '', /^Auto-Submitted: auto-generated\r$/m)
    assert.match(notice?.content ?? '', /To: x@far\.test, y@far\.test/)
    assert.match(notice?.content ?? '', /Why: \w+/)
    for (let visit = 0; visit < 10; visit++)
      for (const method of ['GET', 'HEAD']) assert.equal((await ask(method, link)).code, 200)
    for (const act of ['release', 'withdraw'])
      assert.equal((await ask('POST', `${link}/${act}`, { foreign: true })).code, 403)
    assert.equal(await stateOf(site, id), 'held score, held score', 'looking does nothing')
    assert.match((await ask('GET', link)).body, /held-1[\s\S]*x@far\.test[\s\S]*Send it all the same/)
    const [first, second] = await Promise.all([
      ask('POST', `${link}/release`),
      ask('POST', `${link}/release`),
    ])
    assert.deepEqual(
      [first, second].map(({ code, location }) => `${code} ${location.split('?')[1]}`).sort(),
      ['303 done=idle', '303 done=released'],
    )
    await waitUntil('it arrives', () => arrived(world, 'held-1') >= 2)
    await waitUntil('it is settled', async () => /^delivered.*, delivered/.test(await stateOf(site, id)))
    assert.match((await ask('GET', link)).body, /It has been sent/)
    await ask('POST', `${link}/withdraw`)
    await settledBooks(site)
    assert.equal(arrived(world, 'held-1'), 2, 'one copy each')
    const trace = JSON.stringify(await site.json('trace', id))
    assert.match(trace, /released-by-sender/)
    assert.match(trace, /person:anna@one\.test/)
    assert.equal(noticesTo(inside, anna, 'held-1').length, 1, 'told once')
  })

  test('or takes it back, and nobody gets it', async () => {
    const [anna = ''] = people
    const id = await submit(site, anna, 'held-2')
    const link = await linkTo(anna, 'held-2')
    assert.match((await ask('POST', `${link}/withdraw`)).location, /done=withdrawn$/)
    assert.equal(await stateOf(site, id), 'discarded withdrawn-by-sender')
    await balanced(site)
    assert.equal(arrived(world, 'held-2'), 0)
    const wrong = await ask('POST', `/held/${'x'.repeat(43)}/release`)
    assert.equal(wrong.code, 404)
  })

  test('where policy wants a second factor, a code that comes by mail', async () => {
    const carl = people[1] ?? ''
    const id = await submit(site, carl, 'held-3')
    const link = await linkTo(carl, 'held-3')
    const asked = await ask('POST', `${link}/release`)
    assert.match(asked.location, /done=code&code=1$/)
    assert.match((await ask('GET', asked.location)).body, /name="code"/)
    const code = await waitUntil(
      'the code comes',
      () => /Subject: Your code: (\d{6})/.exec(noticesTo(inside, carl, 'Your code')[0]?.content ?? '')?.[1],
    )
    const other = String((Number(code) + 1) % 1_000_000).padStart(6, '0')
    assert.match(
      (await ask('POST', `${link}/release`, { form: { code: other } })).location,
      /done=wrong-code/,
    )
    assert.equal(await stateOf(site, id), 'held score')
    assert.match((await ask('POST', `${link}/release`, { form: { code } })).location, /done=released$/)
    await waitUntil('it arrives', () => arrived(world, 'held-3') === 1)
  })

  test('guessing a code sends none, and ends; asking for one is a press of its own', async () => {
    const carl = people[1] ?? ''
    const id = await submit(site, carl, 'held-guessed')
    const link = await linkTo(carl, 'held-guessed')
    const codes = () => noticesTo(inside, carl, 'Your code').length
    const before = codes()
    const done: (string | undefined)[] = []
    // No code was asked for, so none can be right.
    for (let n = 0; n < 21; n++) {
      const pressed = await ask('POST', `${link}/release`, { form: { code: String(100_000 + n) } })
      done.push(pressed.location.split('?')[1])
    }
    assert.deepEqual([...new Set(done)], ['done=over', 'done=too-many-tries'])
    assert.equal(done.indexOf('done=too-many-tries'), 20)
    assert.match((await ask('POST', `${link}/release`)).location, /done=code&code=1$/)
    await waitUntil('the code comes', () => codes() > before)
    assert.equal(codes(), before + 1, 'nothing was sent for guesses')
    assert.equal(await stateOf(site, id), 'held score')
    assert.match((await ask('POST', `${link}/withdraw`)).location, /done=withdrawn$/)
  })

  test('or a manager, whom the sender asks', async () => {
    const rita = people[2] ?? ''
    const id = await submit(site, rita, 'held-4')
    const link = await linkTo(rita, 'held-4')
    assert.match((await ask('POST', `${link}/release`)).location, /done=asked$/)
    assert.equal(await stateOf(site, id), 'held score')
    const { answer } = await api<{ lines: { value: { messageId: string; askedAt: string | null }[] } }>(
      'held',
    )
    assert.deepEqual(
      answer.lines.value.map((each) => [each.messageId, each.askedAt !== null]),
      [[id, true]],
    )
    const other = await submit(site, people[3] ?? '', 'held-5')
    assert.equal((await api(`held/${other}/release`, {})).code, 404, 'not in reach')
    assert.deepEqual((await api(`held/${id}/release`, { note: 'fine' })).answer, { messageId: id, done: 1 })
    assert.equal((await api(`held/${id}/release`, {})).code, 409)
    await waitUntil('it arrives', () => arrived(world, 'held-4') === 1)
  })

  test('where managers alone may, its sender cannot; they return it with a notice', async () => {
    const max = people[3] ?? ''
    const id = await submit(site, max, 'held-6')
    const link = await linkTo(max, 'held-6')
    assert.doesNotMatch((await ask('GET', link)).body, /Send it all the same/)
    assert.match((await ask('POST', `${link}/release`)).location, /done=forbidden$/)
    assert.match(await site.must('held', 'list', '--sender', max), /held-6/)
    await site.must('held', 'return', id)
    const back = await waitUntil('it comes back', () => noticesTo(inside, max, 'could not be delivered')[0])
    assert.match(back.content, /rules of your own organisation/)
    assert.equal(arrived(world, 'held-6'), 0)
    await balanced(site)
  })
})

test('held mail goes back to its sender at the end of its time, and he is warned before', async () => {
  const { site, inside, world } = await openSite({ 'spool.warnHeld': 1, 'spool.keepHeld': 6 })
  try {
    const [anna = ''] = people
    const id = await submit(site, anna, 'old')
    await waitUntil('he is warned', () => noticesTo(inside, anna, 'goes back to you soon')[0])
    const back = await waitUntil('it comes back', () => noticesTo(inside, anna, 'could not be delivered')[0])
    assert.match(back.content, /nobody released it in time/)
    assert.equal(await stateOf(site, id), 'returned hold-expired')
    assert.equal(noticesTo(inside, anna, 'goes back to you soon').length, 1, 'warned once')
    assert.equal(arrived(world, 'old'), 0)
    await balanced(site)
  } finally {
    await site[Symbol.asyncDispose]()
    await inside.down()
    await world.close()
  }
})

test('a level holds mail for shorter, and what comes back is kept for shorter too: both are said before', async () => {
  const { site, inside, world } = await openSite({ 'jobs.every': '1s' })
  const dayMs = 86_400_000
  const change = (sql: string, ...values: (string | number)[]) => {
    using database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'), { timeout: 10_000 })
    return database.prepare(sql).run(...values).changes
  }
  try {
    const [anna = ''] = people
    const id = await submit(site, anna, 'short')
    await waitUntil('he hears of it', () => noticesTo(inside, anna, 'short')[0])
    assert.equal(change('UPDATE held_mail SET held_at = held_at - ? WHERE message_id = ?', 5 * dayMs, id), 1)
    const refused = await site.command('policy', 'set', anna, 'held.days=4')
    assert.match(refused.stderr, /1 held message would go back to its sender at once/)
    assert.equal(await stateOf(site, id), 'held score')
    await site.must('policy', 'set', anna, 'held.days=4', '--leaving', '1')
    await waitUntil('it comes back', () => noticesTo(inside, anna, 'could not be delivered')[0])
    assert.equal(await stateOf(site, id), 'returned hold-expired')
    assert.match(JSON.stringify(await site.json('trace', id)), /"keptDays":4\b/)
    const named = await submit(site, anna, 'named')
    const day = new Date(Date.now() + 4 * dayMs).toISOString().slice(0, 10)
    const notice = await waitUntil('he hears of the next', () => noticesTo(inside, anna, 'named')[0])
    assert.ok(notice.content.includes(day), `it goes back on ${day}: ${notice.content}`)
    const made = await site.json<{ key: string }>('key', 'add', 'k', '--tenant', 'one', '--scope', 'messages')
    const list = await askSite(site.consolePort, '/api/v1/held', { key: made.key })
    const [line] = list.json<{ lines: { value: { heldAt: string; returnsAt: string }[] } }>().lines.value
    assert.equal(Date.parse(line?.returnsAt ?? ''), Date.parse(line?.heldAt ?? '') + 4 * dayMs)
    change('UPDATE held_mail SET held_at = held_at - ? WHERE message_id = ?', 3.5 * dayMs, named)
    const warned = await waitUntil(
      'he is warned a day before',
      () => noticesTo(inside, anna, 'goes back to you soon')[0],
    )
    assert.match(warned.content, /named/)

    change('UPDATE deliveries SET settled_at = settled_at - ? WHERE message_id = ?', 3 * dayMs, id)
    change('UPDATE messages SET keep_until = keep_until - ? WHERE id = ?', 3 * dayMs, id)
    const preview = await site.command('policy', 'preview', 'one', 'returned.days=2')
    assert.match(preview.stdout, /1 returned message would lose its content at once/)
    await site.must('policy', 'set', 'one', 'returned.days=2', '--leaving', '1')
    const isThere = 'UPDATE bodies SET path = path WHERE message_id = ?'
    await waitUntil('its content is gone', () => change(isThere, id) === 0)
    await balanced(site)
  } finally {
    await site[Symbol.asyncDispose]()
    await inside.down()
    await world.close()
  }
})
