import { once } from 'node:events'
import { connect } from 'node:net'
import { sendLoad } from '../tests/harness/load.ts'
import { Sink } from '../tests/harness/sink.ts'
import { TestSite } from '../tests/harness/site.ts'
import { waitUntil } from '../tests/harness/wait-until.ts'
import type { Table } from './table.ts'

const mb = (bytes: number) => (bytes / (1 << 20)).toFixed(0)

/** Resident memory at rest, under load, and what a message of 150 MB adds. */
export async function memory(): Promise<Table> {
  const sink = await Sink.start()
  const site = await TestSite.start({ domains: { 'example.test': sink.hop }, users: ['b@example.test'] })
  try {
    const rest = site.memory()
    const load = await most(site, async () => {
      await sendLoad({
        port: () => site.smtpPort,
        messages: 20_000,
        connections: 20,
        perConnection: 100,
        size: 10_240,
        rcptTo: () => 'b@example.test',
      })
    })
    await waitUntil('everything has left', async () => (await site.books()).waiting === 0, 60_000)
    await new Promise((resolve) => setTimeout(resolve, 5000))
    const before = site.memory()
    const large = await most(site, async () => {
      await sendLarge(site.smtpPort, 150_000_000)
      await waitUntil('the large message has left', async () => (await site.books()).waiting === 0, 120_000)
    })
    return {
      title: 'resident memory (MB)',
      head: [
        'at rest',
        'most under load',
        'after the load',
        'most with a 150 MB message',
        'that message adds',
      ],
      rows: [[mb(rest), mb(load), mb(before), mb(large), mb(large - before)]],
    }
  } finally {
    await site[Symbol.asyncDispose]()
    await sink.down()
  }
}

/** The most memory that the server had while something went on. */
async function most(site: TestSite, work: () => Promise<void>): Promise<number> {
  let peak = site.memory()
  const timer = setInterval(() => {
    peak = Math.max(peak, site.memory())
  }, 50)
  await work().finally(() => clearInterval(timer))
  return Math.max(peak, site.memory())
}

/** Sends one message of `size` bytes, never holding it whole. */
export async function sendLarge(port: number, size: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' })
  let heard = ''
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1')
  })
  const hear = (text: string) => waitUntil(`the server says ${text}`, () => heard.includes(text), 120_000)
  await hear('220 ')
  socket.write('EHLO large.example\r\n')
  await hear('250 CHUNKING')
  heard = ''
  socket.write(`MAIL FROM:<a@sender.example> SIZE=${size}\r\nRCPT TO:<b@example.test>\r\nDATA\r\n`)
  await hear('354 ')
  heard = ''
  socket.write('From: a@sender.example\r\nSubject: large\r\nMessage-ID: <large@sender.example>\r\n\r\n')
  const block = Buffer.from(`${'A'.repeat(76)}\r\n`.repeat(840))
  for (let sent = 0; sent < size - block.length; sent += block.length)
    if (!socket.write(block)) await once(socket, 'drain')
  socket.write('.\r\n')
  await waitUntil('the large message is answered', () => /^\d{3} /m.test(heard), 120_000)
  socket.end('QUIT\r\n')
  return heard
}
