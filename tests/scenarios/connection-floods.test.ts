import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { askSite } from '../harness/ask-site.ts'
import { settledBooks } from '../harness/books.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

const most = 100
const mostPerClient = 20

describe('floods of connections: those that are in stay in, the others are told', () => {
  let sink: Sink
  let site: TestSite
  const sockets: Socket[] = []

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
      settings: {
        'gateway.maxConnections': most,
        'gateway.maxConnectionsPerClient': mostPerClient,
        'gateway.greetDelay': 0,
      },
    })
  })
  after(async () => {
    leave()
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  /** Connects and never closes, also where the server has; what the server said first. */
  function lean(address: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect({
        port: site.smtpPort,
        host: '127.0.0.1',
        localAddress: address,
        allowHalfOpen: true,
      })
      sockets.push(socket)
      socket.once('data', (chunk: Buffer) => resolve(chunk.toString()))
      socket.once('error', () => resolve('reset'))
      socket.once('close', () => resolve('closed'))
    })
  }

  function leave(): void {
    for (const socket of sockets.splice(0)) socket.destroy()
  }

  /** Leaves, and waits until the gateway has noticed: who is still counted takes a place of those who come next. */
  async function allLeave(): Promise<void> {
    leave()
    await waitUntil('nobody is connected', async () => {
      const { body } = await askSite(site.consolePort, '/metrics')
      return /^mailkeep_gateway_connections\S* 0$/m.test(body)
    })
  }

  async function sends(client: SmtpDialogue): Promise<void> {
    const had = sink.messages.length
    const letter = 'Subject: flood\r\n\r\nx\r\n'
    assert.match(await client.message('a@sender.example', 'b@site.example', letter), /^250 /)
    await waitUntil('it arrives', () => sink.messages.length > had)
  }

  async function othersPass(address: string): Promise<void> {
    await using other = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', address)
    assert.match(await other.hello(), /^250/)
    await sends(other)
  }

  const count = (replies: readonly string[], wanted: RegExp) =>
    replies.filter((each) => wanted.test(each)).length

  test('one address that opens 2,000 and closes none has its twenty, and no place of others', async () => {
    const memory = site.memory()
    const replies: string[] = []
    for (let round = 0; round < 10; round++) {
      replies.push(...(await Promise.all(Array.from({ length: 200 }, () => lean('127.0.0.51')))))
      await othersPass('127.0.0.52')
    }
    assert.equal(count(replies, /^220 /), mostPerClient)
    assert.equal(count(replies, /^421 4\.7\.0 Too many connections from your address/), 2000 - mostPerClient)
    assert.ok(site.memory() - memory < 100 << 20)
    await allLeave()
  })

  test('many addresses that fill the node: who is in can work, who comes is told, and room is room again', async () => {
    await using inside = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', '127.0.0.60')
    assert.match(await inside.hello(), /^250/)
    const addresses = Array.from({ length: 10 }, (_, index) => `127.0.0.${61 + index}`)
    const replies = await Promise.all(
      addresses.flatMap((each) => Array.from({ length: mostPerClient }, () => lean(each))),
    )
    assert.equal(count(replies, /^220 /), most - 1)
    assert.equal(count(replies, /^421 4\.3\.2 All connections are in use, try again shortly/), 101)
    await sends(inside)
    leave()
    await waitUntil('there is room again', async () => {
      await using next = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', '127.0.0.80')
      return (await next.reply()).startsWith('220')
    })
    await othersPass('127.0.0.80')
  })

  test('after all this the books balance', async () => {
    assert.equal((await settledBooks(site)).delivered, sink.messages.length)
  })
})
