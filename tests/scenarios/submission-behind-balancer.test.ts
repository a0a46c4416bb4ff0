import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { Duplex } from 'node:stream'
import { test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { TestSite } from '../harness/site.ts'

const balancer = '127.0.0.3'
const head = 'PROXY TCP4 192.0.2.10 192.0.2.1 1234 465\r\n'

test('TLS from the first byte behind a balancer, whose line comes before the handshake or in one packet with it', async () => {
  await using site = await TestSite.start({ settings: { 'gateway.trustProxy': [`${balancer}/32`] } })
  for (const together of [false, true]) {
    const plain = connect({ host: '127.0.0.1', port: site.submissionTlsPort, localAddress: balancer })
    await new Promise((resolve) => plain.once('connect', resolve))
    let before = head
    if (!together) {
      plain.write(before)
      before = ''
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    const wire = new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        plain.write(Buffer.concat([Buffer.from(before), chunk]))
        before = ''
        done()
      },
    })
    plain.on('data', (chunk) => wire.push(chunk))
    const secure = connectTls({ socket: wire, rejectUnauthorized: false })
    secure.on('error', () => undefined)
    const greeting = await Promise.race([
      new Promise((resolve) => secure.once('data', (chunk: Buffer) => resolve(String(chunk)))),
      new Promise((resolve) => setTimeout(() => resolve('nothing'), 60_000).unref()),
    ])
    assert.match(String(greeting), /^220 /, together ? 'in one packet' : 'apart')
    plain.destroy()
  }
})
