import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

const hourMs = 3_600_000
const people = ['anna', 'news', 'fresh', 'boss'].map((each) => `${each}@one.test`)

interface Suspended {
  readonly sender: string
  readonly since: string
  readonly why: readonly string[]
  readonly held: number
}

/** Recipients of a flood, and how many of them stand in a message. */
const flood = { recipients: 10_000, atOnce: 50, connections: 4 }

describe('a password in the wrong hands', () => {
  let site: TestSite
  let inside: Sink
  let world: Outside
  const passwords: Record<string, string> = {}

  before(async () => {
    inside = await Sink.start({ keep: true })
    world = await openOutside(['far.test'])
    site = await TestSite.start({
      domains: { 'one.test': inside.hop },
      users: people,
      settings: { ...world.settings, 'gateway.rateExempt': ['127.0.0.0/8'] },
    })
    for (const each of people)
      passwords[each] = (await site.must('mail-password', 'add', each, '--name', 'program')).trim()
    await waitUntil('the passwords are in force', async () => {
      await using client = await open()
      return /^235/.test(await client.command(plainLine(people.at(-1) ?? '')))
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await inside.down()
    await world.close()
  })

  async function open(): Promise<SmtpDialogue> {
    const client = await SmtpDialogue.open(site.submissionPort)
    await client.hello('phone.example')
    await client.startTls()
    await client.command('EHLO phone.example')
    return client
  }
  const plainLine = (login: string) =>
    `AUTH PLAIN ${Buffer.from(`\0${login}\0${passwords[login]}`).toString('base64')}`

  /** Sends one message on a connection; answers for how many recipients it was taken. */
  async function send(client: SmtpDialogue, from: string, to: readonly string[]): Promise<number> {
    await client.command(`MAIL FROM:<${from}>`)
    let taken = 0
    for (const each of to) if (/^250/.test(await client.command(`RCPT TO:<${each}>`))) taken += 1
    if (taken === 0) {
      await client.command('RSET')
      return 0
    }
    await client.command('DATA')
    const reply = await client.command(`From: ${from}\r\nSubject: ${from} ${to[0]}\r\n\r\nhello\r\n.`, 60_000)
    return reply.startsWith('250') ? taken : 0
  }

  async function sendAll(from: string, recipients: readonly string[], atOnce: number): Promise<number> {
    await using client = await open()
    assert.match(await client.command(plainLine(from)), /^235/)
    let taken = 0
    for (let start = 0; start < recipients.length; start += atOnce)
      taken += await send(client, from, recipients.slice(start, start + atOnce))
    return taken
  }

  /** Recipients in the world that mail of somebody has reached. */
  const reached = (from: string) =>
    world.mail.messages.filter((each) => each.mailFrom === from).flatMap((each) => each.rcptTo).length
  const strangers = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${name}-${index}@far.test`)
  const suspended = async () => (await site.json<{ lines: Suspended[] }>('sender', 'list')).lines

  test('a new mailbox that writes to thirty people is let pass', async () => {
    const fresh = 'fresh@one.test'
    assert.equal(await sendAll(fresh, strangers('fresh', 30), 5), 30)
    await waitUntil('all of it arrives', () => reached(fresh) === 30)
    assert.deepEqual(await suspended(), [])
  })

  test('a newsletter with its own history passes', async () => {
    const news = 'news@one.test'
    await site.stop()
    const database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'))
    const hour = Math.floor((Date.now() - 7 * 24 * hourMs) / hourMs) * hourMs
    database
      .prepare('INSERT INTO sending_hours (sender, hour, recipients) VALUES (?, ?, ?)')
      .run(news, hour, 300)
    database.close()
    await site.launch()
    assert.equal(await sendAll(news, strangers('reader', 600), 100), 600)
    await waitUntil('all of it arrives', () => reached(news) === 600)
    assert.deepEqual(await suspended(), [])
    const mail = await waitUntil('it hears that this is much', () =>
      inside.messages.find((each) => each.rcptTo.includes(news)),
    )
    assert.match(mail.content, /Subject: You are sending to many people/)
  })

  test('ten thousand recipients are attempted, few get out, it is told, and one order frees it', async () => {
    const anna = 'anna@one.test'
    const alarmed = waitUntil(
      'the alarm is raised',
      () => site.log.includes('"alarm":"sender-suspended"'),
      300_000,
    )
    const alarmedAt = alarmed.then(() => Date.now())
    const share = flood.recipients / flood.connections
    const shares = await Promise.all(
      Array.from({ length: flood.connections }, (_, index) =>
        sendAll(anna, strangers(`victim-${index}`, share), flood.atOnce),
      ),
    )
    const [line] = await waitUntil('it is suspended', async () => {
      const lines = await suspended()
      return lines.length > 0 && lines
    })
    assert.equal(line?.sender, anna)
    assert.match(line?.why.join() ?? '', /\d+ recipients within an hour; its busiest hour before had 0/)
    const alarmMs = (await alarmedAt) - Date.parse(line?.since ?? '')
    assert.ok(alarmMs <= 60_000, `the alarm came after ${alarmMs} ms`)
    await waitUntil('its owner hears of it', () =>
      inside.messages.some(
        (each) =>
          each.rcptTo.includes(anna) && /Subject: Sending by your mailbox is suspended/.test(each.content),
      ),
    )
    assert.ok(reached(anna) <= 250, `${reached(anna)} got out`)
    await using client = await open()
    assert.match(await client.command(plainLine(anna)), /^235/, 'the password is right')
    await client.command(`MAIL FROM:<${anna}>`)
    assert.match(
      await client.command('RCPT TO:<x@far.test>'),
      /^451 4\.7\.1 Sending by this mailbox is suspended/,
    )
    assert.ok((line?.held ?? 0) > 0, 'what made it suspicious is held')
    await site.must('sender', 'free', anna)
    const taken = shares.reduce((sum, each) => sum + each, 0)
    await waitUntil('what was taken has all arrived', () => reached(anna) === taken)
    await waitUntil('it may send again', async () => {
      await using other = await open()
      await other.command(plainLine(anna))
      return (await send(other, anna, ['x@far.test'])) === 1
    })
    assert.deepEqual(await suspended(), [])
    await settledBooks(site)
  })

  test('somebody who knows better suspends a mailbox at once, and frees it', async () => {
    const fresh = 'fresh@one.test'
    await site.must('sender', 'suspend', fresh, '--why', 'its owner rang')
    const again = await site.command('sender', 'suspend', fresh, '--why', 'twice')
    assert.match(again.stderr, /fresh@one\.test is suspended already/)
    const strange = await site.command('sender', 'suspend', 'x@far.test', '--why', 'not ours')
    assert.match(strange.stderr, /there is no domain of x@far\.test/)
    const [line] = await suspended()
    assert.match(line?.why.join() ?? '', /says: its owner rang/)
    await waitUntil('it may not send', async () => (await sendAll(fresh, ['y@far.test'], 1)) === 0)
    await site.must('sender', 'free', fresh)
    await waitUntil('it may send again', async () => (await sendAll(fresh, ['z@far.test'], 1)) === 1)
  })

  test('where somebody else had the password, it opens nothing any more, and what is held is set aside', async () => {
    const boss = 'boss@one.test'
    const taken = await sendAll(boss, strangers('boss', 300), 100)
    const [line] = await waitUntil('it is suspended', async () => {
      const lines = await suspended()
      return lines.length > 0 && lines
    })
    assert.equal(line?.sender, boss)
    const done = await site.json<{ passwords: number; deliveries: number }>('sender', 'reset', boss)
    assert.equal(done.passwords, 1)
    assert.ok(done.deliveries >= (line?.held ?? 1), 'all that was held')
    await waitUntil('the password is refused', async () => {
      await using client = await open()
      return /^535/.test(await client.command(plainLine(boss)))
    })
    const { lines } = await site.json<{ lines: { reason: string }[] }>('quarantine', 'list')
    assert.ok(lines.length > 0 && lines.every((each) => each.reason === 'stolen-account'))
    await waitUntil('nothing is lost', () => reached(boss) + done.deliveries >= taken)
    await settledBooks(site)
    assert.ok(reached(boss) <= 250)
    assert.equal(reached(boss) + done.deliveries, taken)
  })
})
