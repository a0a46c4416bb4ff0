import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { Sink } from '../harness/sink.ts'
import { isRunning, TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

const to = 'b@site.example'
const settings = { 'supervise.silentAfter': '10s', 'gateway.shutdownGrace': '2s' }

describe('a server under a supervisor', () => {
  let sink: Sink
  let site: TestSite
  const sent: Sent[] = []

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: [to],
      settings,
      supervised: true,
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const send = async (messages: number) => {
    const part = await sendLoad({
      port: () => site.smtpPort,
      messages,
      connections: 5,
      perConnection: 20,
      rate: 60,
      rcptTo: () => to,
    })
    sent.push(...part)
    return part
  }
  const isBack = (gone: number) => () => site.pid !== gone && isRunning(site.pid) && site.pid
  /** It is told in the log, the alarms and beside the processes that send; a busy machine may have had one replaced since. */
  const told = (words: RegExp) =>
    waitUntil(`it is told: ${words}`, async () => {
      const { alarms } = await site.json<{ alarms: { name: string }[] }>('alarm', 'list')
      const { nodes } = await site.json<{ nodes: { restart: string | null }[] }>('nodes')
      return (
        words.test(site.log) &&
        alarms.some(({ name }) => name === 'process-restarted') &&
        nodes.some(({ restart }) => restart !== null)
      )
    })

  test('that is killed while mail flows comes back by itself: nothing acknowledged is lost, and why is told', async () => {
    const killed = site.pid
    const load = send(120)
    await waitUntil('mail has arrived', () => sink.messages.length > 10)
    site.signal('SIGKILL')
    await waitUntil('another is there', isBack(killed))
    assert.ok((await load).some(({ outcome }) => outcome === 'acknowledged'))
    const kept = sent.filter(({ outcome }) => outcome === 'acknowledged')
    await waitUntil('all that was acknowledged arrives', () =>
      kept.every(({ id, rcptTo }) => sink.copies().has(`${id} ${rcptTo}`)),
    )
    await settledBooks(site)
    await told(new RegExp(`process ${killed} ended by SIGKILL .* it was away for \\d+ s`))
  })

  test('that hangs is replaced, with what it was at', async () => {
    const hung = site.pid
    site.signal('SIGSTOP')
    await waitUntil('another is there', isBack(hung))
    assert.ok(!isRunning(hung))
    // One that has just started may put it off on a busy machine.
    await waitUntil('mail is taken', async () =>
      (await send(1)).every(({ outcome }) => outcome === 'acknowledged'),
    )
    await told(
      new RegExp(`process ${hung} hung: its event loop was not heard of for \\d+ s \\(it was stopped\\)`),
    )
  })

  test('that cannot start as asked is not tried again', async () => {
    const { code, stderr } = await site.command('supervise', '--roles', 'chaplain')
    assert.equal(code, 2)
    assert.match(stderr, /there is no role chaplain/)
    assert.match(stderr, /supervise: the server could not start as asked/)
    assert.equal(stderr.match(/is starting/g)?.length, 1)
  })

  test('ends as it should when its supervisor is asked to stop, and is not started again', async () => {
    const last = site.pid
    const client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    // As a service manager does that asks all processes of a service: in the end the server hears it twice.
    site.signal('SIGTERM')
    await site.stop()
    assert.ok(!isRunning(last))
    // Who is killed says nothing.
    assert.match(await client.reply(), /^421 /)
    client.destroy()
    assert.match(site.log, /^supervise: process \d+ is starting$/m)
    assert.doesNotMatch(
      site.log.slice(site.log.indexOf(`process ${last} is starting`)),
      /is started again in/,
    )
  })
})
