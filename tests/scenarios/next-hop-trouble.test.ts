import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { settledBooks } from '../harness/books.ts'
import { sendLoad } from '../harness/load.ts'
import { Sink, type SinkAct } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

const soon = { 'delivery.retry': [1, 1, 1] }
const short = {
  ...soon,
  'delivery.commandTimeout': '2s',
  'delivery.finalTimeout': '2s',
  'delivery.dataTimeout': '2s',
  'delivery.connectTimeout': '2s',
}

describe('next hops that misbehave', () => {
  const acts: [string, SinkAct][] = [
    ['stalls', { kind: 'stall' }],
    ['resets the connection', { kind: 'reset' }],
    ['closes its half', { kind: 'half-close' }],
    ['is slow', { kind: 'slow', ms: 300 }],
    ['says 421', '421 4.3.2 going down'],
    ['says 451', '451 4.3.0 try later'],
    ['talks nonsense', 'HTTP/1.1 400 Bad Request'],
  ]

  test('nothing is lost, nothing doubled where no answer was lost, and others are not held up', async () => {
    const stages = ['connect', 'ehlo', 'mail', 'rcpt', 'data', 'final'] as const
    // One for each stage, so that all stages are tried at once.
    const bad = await Promise.all(stages.map(async (stage) => ({ stage, sink: await Sink.start() })))
    const good = await Sink.start()
    await using site = await TestSite.start({
      domains: {
        ...Object.fromEntries(bad.map(({ stage, sink }) => [`${stage}.example`, sink.hop])),
        'good.example': good.hop,
      },
      users: [...stages.map((stage) => `b@${stage}.example`), 'g@good.example'],
      settings: short,
    })
    try {
      for (const [name, act] of acts) {
        const wasGood = good.copies().size
        const was = bad.map(({ sink }) => sink.messages.length)
        for (const { stage, sink } of bad) {
          let times = 0
          sink.behaviour = (where) => (where === stage && times++ < 2 ? act : undefined)
        }
        const sent = await sendLoad({
          port: () => site.smtpPort,
          messages: 6 * stages.length,
          connections: 4,
          perConnection: 10,
          rcptTo: (index) =>
            index % 2 === 0 ? `b@${stages[(index / 2) % stages.length]}.example` : 'g@good.example',
        })
        assert.ok(sent.every((each) => each.outcome === 'acknowledged'))
        await waitUntil(
          `the good hop has its mail while the others: ${name}`,
          () => good.copies().size === wasGood + 3 * stages.length,
        )
        for (const [n, { stage, sink }] of bad.entries())
          await waitUntil(
            `the mail arrives although the hop ${name} at ${stage}`,
            () => new Set(sink.messages.slice(was[n]).map((each) => each.headerMessageId)).size === 3,
          )
      }
      const books = await settledBooks(site)
      assert.equal(books.balanced, true)
      assert.equal(books.returned, 0)
      assert.deepEqual(
        [...bad, { sink: good }].flatMap(({ sink }) => sink.needless()),
        [],
        'the sinks kept no message that they did not acknowledge: there is one copy of each, unless its answer was too late',
      )
    } finally {
      await Promise.all([...bad.map(({ sink }) => sink.down()), good.down()])
    }
  })

  test('a hop that is down gets everything when it is back, new mail beside old', async () => {
    const sink = await Sink.start()
    await using site = await TestSite.start({
      domains: { 'down.example': sink.hop },
      users: ['b@down.example'],
      settings: soon,
    })
    await sink.down()
    const sent = await sendLoad({
      port: () => site.smtpPort,
      messages: 500,
      connections: 5,
      perConnection: 100,
      rcptTo: () => 'b@down.example',
    })
    assert.equal(sent.filter((each) => each.outcome === 'acknowledged').length, 500)
    const lanes = await waitUntil('the queue shows them', async () => {
      const found = await site.waiting()
      return found.length > 100 && found
    })
    assert.ok(lanes.length > 0)
    await sink.listen()
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    await waitUntil('the hop is tried again', () => sink.messages.length > 0)
    assert.match(
      await client.message('n@new.example', 'b@down.example', 'Message-ID: <new@x>\r\n\r\nx\r\n'),
      /^250 /,
    )
    await waitUntil('everything arrives', () => sink.copies().size === 501, 180_000)
    await settledBooks(site)
    assert.deepEqual(sink.needless(), [])
    await sink.down()
  })

  test('of several targets, those that do not answer are passed over within seconds, and a foreign listener gets nothing', async () => {
    const [one, foreign] = [
      await Sink.start({ name: 'box.example' }),
      await Sink.start({ name: 'somebody.else' }),
    ]
    const gone = await Sink.start()
    await gone.down()
    const hop = `smtp://127.0.0.1:${gone.port},127.0.0.1:${foreign.port},127.0.0.1:${one.port}?own=yes&identity=box.example`
    await using site = await TestSite.start({
      domains: { 'own.example': hop },
      users: ['b@own.example'],
      settings: soon,
    })
    const sent = await sendLoad({
      port: () => site.smtpPort,
      messages: 200,
      connections: 5,
      perConnection: 50,
      rcptTo: () => 'b@own.example',
    })
    await waitUntil('everything arrives', () => one.copies().size === 200)
    assert.equal(foreign.messages.length, 0)
    const late = one.messages.filter(
      (each) => each.at - (sent.find((other) => other.id === each.headerMessageId)?.at ?? each.at) > 30_000,
    )
    assert.ok(late.length <= 2)
    await Promise.all([one.down(), foreign.down()])
  })

  test('a route that leads back here sends nothing, and waits', async () => {
    await using site = await TestSite.start({
      domains: { 'start.example': 'maildir:unused' },
      users: ['b@start.example'],
      settings: soon,
    })
    await site.must(
      'domain',
      'add',
      'loop.example',
      '--next-hop',
      `smtp://127.0.0.1:${site.smtpPort}`,
      '--any-recipient',
    )
    await site.knows('x@loop.example')
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    assert.match(
      await client.message('a@sender.example', 'x@loop.example', 'Subject: round\r\n\r\nx\r\n'),
      /^250 /,
    )
    const [line] = await waitUntil('it waits with its reason', async () => {
      const found = await site.waiting('--domain', 'loop.example')
      return found[0]?.reason === 'next-hop-is-ourselves' && found
    })
    const sink = await Sink.start()
    await site.must('queue', 'reroute', line?.messageId ?? '', '--next-hop', sink.hop, '--yes')
    await waitUntil('it leaves by the other route', () => sink.messages.length === 1)
    assert.equal((await site.books()).balanced, true)
    await sink.down()
  })

  test('filtered inbound mail leaves by its own addresses', async () => {
    const sink = await Sink.start()
    await using site = await TestSite.start({
      domains: { 'src.example': sink.hop },
      users: ['b@src.example'],
      settings: {
        ...soon,
        'delivery.inboundSource': ['127.0.0.5'],
        'delivery.outboundSource': ['127.0.0.6'],
      },
    })
    await using client = await SmtpDialogue.open(site.smtpPort)
    await client.hello()
    await client.message('a@sender.example', 'b@src.example', 'Subject: x\r\n\r\nx\r\n')
    assert.equal((await waitUntil('it arrives', () => sink.messages[0])).peer, '127.0.0.5')
    await sink.down()
  })
})
