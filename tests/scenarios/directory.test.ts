import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { refusalOf } from '../harness/refusal.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

const day = 86_400_000
const twenty = Array.from({ length: 20 }, (_, n) => `u${n}@site.example`)

describe('recipients: who gets mail, while the directory changes, shrinks, grows old or is away', () => {
  let sink: Sink
  /** The data plane. Its snapshots are made by `office`, the control plane, or by commands. */
  let site: TestSite
  let office: TestSite | undefined

  before(async () => {
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({
      domains: { 'site.example': sink.hop, 'solo.example': sink.hop },
      users: ['only@solo.example'],
      roles: ['gateway', 'inspection', 'delivery'],
      // What is asked again and again until it changes must not run into limits of one address.
      settings: { 'gateway.rateExempt': ['127.0.0.8/31'] },
    })
    const list = join(site.folder, 'people.csv')
    writeFileSync(list, `address\n${twenty.join('\n')}\n`)
    await site.must('user', 'import', list)
    await site.must('user', 'add', 'second.name@site.example', '--alias-of', 'u0@site.example')
    await site.knows('second.name@site.example')
  })
  after(async () => {
    await office?.[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  /** What the gateway says to recipients, in one transaction. */
  async function ask(addresses: readonly string[], from = '127.0.0.8'): Promise<string[]> {
    await using client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', from)
    await client.hello()
    await client.command('MAIL FROM:<a@x.example>')
    const replies: string[] = []
    for (const each of addresses) replies.push(await client.command(`RCPT TO:<${each}>`))
    return replies
  }

  async function says(pattern: RegExp, ...addresses: readonly string[]): Promise<void> {
    for (const [index, reply] of (await ask(addresses)).entries())
      assert.match(reply, pattern, addresses[index])
  }

  const becomes = (pattern: RegExp, address: string) =>
    waitUntil(`${address} hears ${pattern}`, async () =>
      pattern.test((await ask([address], '127.0.0.9'))[0] ?? ''),
    )

  async function send(subject: string, to: string): Promise<void> {
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    assert.match(await client.message('a@x.example', to, `Subject: ${subject}\r\n\r\nx\r\n`), /^250 /)
  }

  const arrived = (subject: string) =>
    waitUntil(`${subject} arrives`, () =>
      sink.messages.find((each) => each.content.includes(`Subject: ${subject}\r\n`)),
    )

  /** Open alarms, as the console shows them. */
  async function alarms(): Promise<readonly { name: string; subject: string; text: string }[]> {
    const answer = await office?.get<{ alarms: { name: string; subject: string; text: string }[] }>(
      '/api/v1/overview',
    )
    return answer?.alarms ?? []
  }

  /** Writes when the snapshot in force was last found true. */
  function age(ageMs: number): void {
    const path = join(site.folder, 'data', 'directory', 'snapshot.json')
    const pointer = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    writeFileSync(path, JSON.stringify({ ...pointer, checkedAt: Date.now() - ageMs }))
  }

  test('known: users, aliases, +tags, any case, postmaster; unknown: 550 5.1.1, in the trace; others: no relay', async () => {
    await says(
      /^250 /,
      'u0@site.example',
      'U0@SITE.example',
      'u0+tag@site.example',
      'second.name+x@site.example',
      'postmaster@site.example',
      'Postmaster@solo.example',
    )
    const [unknown = '', relay = ''] = await ask(['nobody@site.example', 'u0@elsewhere.example'])
    assert.match(unknown, /^550 5\.1\.1 .* \[\w{16}\]$/)
    assert.match(relay, /^550 5\.7\.1 .* \[\w{16}\]$/)
    const refusal = await refusalOf(site, unknown)
    assert.deepEqual(
      [refusal.reason, refusal.rcptTo, refusal.mailFrom],
      ['unknown-recipient', 'nobody@site.example', 'a@x.example'],
    )
  })

  test('one of many leaves: gone at once, as every day', async () => {
    await site.must('user', 'remove', 'u19@site.example')
    await becomes(/^550 5\.1\.1 /, 'u19@site.example')
    await says(/^250 /, 'u18@site.example')
  })

  test('too many leave: held back, an alarm, the old ones stay in force while others come and go', async () => {
    const { code, stderr } = await site.command(
      'user',
      'remove',
      'u16@site.example',
      'u17@site.example',
      'u18@site.example',
    )
    assert.equal(code, 0)
    assert.match(stderr, /3 addresses of site\.example are gone .* stay in force until .*directory confirm/)
    office = await TestSite.beside(site, ['console', 'jobs'])
    const alarm = await waitUntil('the alarm', async () =>
      (await alarms()).find((each) => each.name === 'directory-shrink'),
    )
    assert.equal(alarm.subject, 'site.example')
    assert.match(alarm.text, /addresses of site\.example are missing .*directory confirm site\.example/)
    await site.must('user', 'add', 'new@site.example')
    await site.knows('new@site.example')
    await says(/^250 /, 'u16@site.example', 'u17@site.example', 'u18@site.example', 'u0@site.example')
    const { code: status, stdout } = await site.command('directory', 'status')
    assert.equal(status, 1, 'a loss waits')
    assert.match(stdout, /site\.example/)
  })

  test('a loss in small steps within the grace time is the same loss', async () => {
    // u19 went by itself before; with the three that wait it is back in force too.
    await becomes(/^250 /, 'u19@site.example')
  })

  test('confirmed: the lost hear 451 for the grace time, nobody else notices', async () => {
    await site.must('directory', 'confirm', 'site.example')
    await becomes(/^451 4\.3\.0 /, 'u17@site.example')
    await says(/^451 4\.3\.0 .* \[\w{16}\]$/, 'u16@site.example', 'u18@site.example', 'u18+tag@site.example')
    await says(/^250 /, 'u0@site.example', 'new@site.example')
    assert.equal((await site.command('directory', 'status')).code, 0)
    assert.notEqual(
      (await site.command('directory', 'confirm', 'site.example')).code,
      0,
      'nothing waits any more',
    )
  })

  test('who comes back is there at once', async () => {
    await site.must('user', 'add', 'u17@site.example')
    await site.knows('u17@site.example')
  })

  test('the last one of a domain is all of it: held back, and restored', async () => {
    await site.must('user', 'remove', 'only@solo.example')
    const { held } = await site.json<{ held: { domain: string }[] }>('directory', 'status')
    assert.deepEqual(
      held.map((each) => each.domain),
      ['solo.example'],
    )
    await says(/^250 /, 'only@solo.example')
    await site.must('directory', 'restore', 'solo.example')
    assert.equal((await site.command('directory', 'status')).code, 0)
    await says(/^250 /, 'only@solo.example')
  })

  test('an import adds and changes, and removes nobody, however short the file', async () => {
    const short = join(site.folder, 'short.csv')
    writeFileSync(short, 'address\nu0@site.example\nimported@site.example\n')
    await site.must('user', 'import', short)
    await site.knows('imported@site.example')
    await says(/^250 /, 'u1@site.example', 'u15@site.example')
    assert.equal((await site.command('directory', 'status')).code, 0)
  })

  test('a domain that is removed: its people hear 451 for the grace time, and are back when it is', async () => {
    await site.must('domain', 'add', 'left.example', '--next-hop', sink.hop)
    await site.must('user', 'add', 'b@left.example')
    await site.knows('b@left.example')
    assert.equal((await site.command('domain', 'remove', 'left.example')).code, 2, 'not without --yes')
    await site.must('domain', 'remove', 'left.example', '--yes')
    await becomes(/^451 4\.3\.0 /, 'b@left.example')
    await says(/^550 5\.7\.1 /, 'b@elsewhere.example')
    await site.must('domain', 'add', 'left.example', '--next-hop', sink.hop, '--any-recipient')
    await becomes(/^250 /, 'b@left.example')
  })

  test('many hands at once: everybody added is known, and nobody hears 550 meanwhile', async () => {
    const added = Array.from({ length: 12 }, (_, n) => `hand${n}@site.example`)
    let done = false
    const watch = (async () => {
      while (!done) await says(/^250 /, 'u0@site.example', 'u1@site.example')
    })()
    await Promise.all(added.map((each) => site.must('user', 'add', each)))
    done = true
    await watch
    for (const each of added) await site.knows(each)
    assert.equal((await site.command('directory', 'status')).code, 0)
  })

  test('the alarm is cleared by itself', async () => {
    await waitUntil('no loss waits any more', async () =>
      (await alarms()).every((each) => each.name !== 'directory-shrink'),
    )
  })

  test('without console and jobs mail flows by the last snapshot', async () => {
    await office?.kill()
    await says(/^550 5\.1\.1 /, 'nobody@site.example')
    await send('static', 'u1@site.example')
    await arrived('static')
  })

  test('a snapshot that is too old: 451 and never 550; what was accepted goes its way; fresh again, all is well', async () => {
    sink.behaviour = (stage) => (stage === 'rcpt' ? '451 4.2.1 later' : undefined)
    await send('accepted-before', 'u1@site.example')
    age(day + 60_000)
    await becomes(/^451 4\.3\.0 /, 'u1@site.example')
    await says(/^451 4\.3\.0 /, 'nobody@site.example', 'x@elsewhere.example')
    await waitUntil('the alarm is raised', () => site.log.includes('directory-unavailable'))
    sink.behaviour = () => undefined
    await arrived('accepted-before')
    await office?.launch()
    await becomes(/^250 /, 'u1@site.example')
    await says(/^550 5\.1\.1 /, 'nobody@site.example')
  })

  test('a snapshot that cannot be read does not displace the one in force, and is made anew', async () => {
    await office?.kill()
    const folder = join(site.folder, 'data', 'directory')
    const pointer = JSON.parse(readFileSync(join(folder, 'snapshot.json'), 'utf8')) as { version: number }
    writeFileSync(join(folder, 'directory-9999.db'), 'rubbish')
    writeFileSync(
      join(folder, 'snapshot.json'),
      JSON.stringify({ ...pointer, version: 9999, file: 'directory-9999.db' }),
    )
    await new Promise((resolve) => setTimeout(resolve, 2500))
    await says(/^250 /, 'u1@site.example')
    await says(/^550 5\.1\.1 /, 'nobody@site.example')
    await site.kill()
    await site.launch()
    await becomes(/^250 /, 'u1@site.example')
    await says(/^550 5\.1\.1 /, 'nobody@site.example')
  })
})
