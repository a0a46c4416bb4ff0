import assert from 'node:assert/strict'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { NetworkList } from '#ground/platform/network-list.ts'
import type { LdapSettings } from '../source-settings.ts'
import { SyncFault } from '../sync-fault.ts'
import type { OpenedSource } from '../sync-parts.ts'
import { AnswerBound } from './answer-bound.ts'
import { mostBytes, type Outside } from './outside.ts'
import { readLdap } from './read-ldap.ts'

/** A value in BER, its length in four bytes. */
function ber(tag: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((each) => Buffer.from(each)))
  const head = Buffer.from([tag, 0x84, 0, 0, 0, 0])
  head.writeUInt32BE(content.length, 2)
  return Buffer.concat([head, content])
}

const message = (id: Buffer, operation: Buffer) => ber(0x30, ber(0x02, id), operation)
const entryOf = (id: Buffer) => {
  const values = ber(0x31, ber(0x04, 'x'.repeat(250_000)))
  return message(id, ber(0x64, ber(0x04, 'cn=x'), ber(0x30, ber(0x30, ber(0x04, 'memberOf'), values))))
}
/** Of a message: a sequence, its length in one byte or as many more as the byte says, and the id. */
function idOf(question: Buffer): Buffer {
  const length = question[1] ?? 0
  const at = length < 0x80 ? 2 : 2 + (length & 0x7f)
  return question.subarray(at + 2, at + 2 + (question[at + 1] ?? 0))
}
const done = (id: Buffer) => message(id, ber(0x65, ber(0x0a, Buffer.from([0])), ber(0x04), ber(0x04)))

const settings: Omit<LdapSettings, 'url'> = {
  ...{ base: 'dc=x', bindDn: '', filter: '(mail=*)', ca: '', startTls: false, pageSize: 500 },
  ...{ addressAttribute: 'mail', aliasAttributes: [], nameAttribute: 'cn' },
  ...{ idAttribute: 'entryUUID', groupAttribute: 'memberOf' },
}

test('a server whose answer has no end is left, however fast it speaks', async (t) => {
  let said = 0
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (question) => {
      const id = idOf(question)
      const entry = entryOf(id)
      const speak = () => {
        while (said < 4 * mostBytes) {
          said += entry.length
          if (!socket.write(entry)) return void socket.once('drain', speak)
        }
        // For a reader that takes anything: it comes to an end, and the test with it.
        socket.write(done(id))
      }
      speak()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const source = {
    ...{ id: 's', tenant: 'x', kind: 'ldap', takesOver: false, secret: '', file: null, domains: [] },
    ...{ isTest: false, settings: { ...settings, url: `ldap://127.0.0.1:${port}` } },
  } as unknown as OpenedSource
  const outside = { allowed: new NetworkList(['127.0.0.0/8']) } as unknown as Outside
  const read = async () => {
    for await (const page of readLdap(source, outside, new AbortController().signal)) void page
  }
  await assert.rejects(read(), (cause: unknown) => cause instanceof SyncFault && cause.code === 'too-large')
  assert.ok(said >= mostBytes)
})

test('each answer may be as long as the one before', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const ended: unknown[] = []
  const socket = { bytesRead: 0, destroy: (cause?: Error) => ended.push(cause) as never }
  const bound = new AnswerBound(1 << 20)
  bound.watch(socket)
  socket.bytesRead = 1 << 20
  bound.next()
  socket.bytesRead = 2 << 20
  t.mock.timers.tick(1000)
  assert.equal(bound.fault, null)
  socket.bytesRead += 1
  t.mock.timers.tick(1000)
  assert.match(String(bound.fault), /longer than 1 MB/)
  assert.deepEqual(ended, [bound.fault], 'once')
})
