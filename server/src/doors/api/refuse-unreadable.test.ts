import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { duplexPair } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { refuseUnreadable } from './refuse-unreadable.ts'

/**
 * What a server says until it ends the connection on which somebody says this.
 * @param later said when the first answer is whole
 */
function answerTo(
  said: string,
  answer: RequestListener = (_request, response) => void response.end('fine'),
  later = '',
): Promise<string> {
  const server = createServer({ maxHeaderSize: 8192, requireHostHeader: false }, answer)
  refuseUnreadable(server)
  const [client, served] = duplexPair()
  if (later !== '')
    server.on('request', (_request, response) => response.once('close', () => client.write(later)))
  server.emit('connection', served)
  client.write(said)
  return text(client)
}

function problemIn(said: string) {
  const [head = '', body = ''] = said.split('\r\n\r\n')
  assert.match(head, /^content-type: application\/problem\+json$/m)
  assert.match(head, /^connection: close$/m)
  assert.match(head, /^x-content-type-options: nosniff$/m)
  assert.match(head, new RegExp(`^content-length: ${Buffer.byteLength(body)}$`, 'm'))
  const { type, title, status, detail } = JSON.parse(body)
  assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `))
  assert.ok(title.length > 0 && detail.length > 0)
  return [status, type]
}

test('what is no HTTP, too long or not expected is answered as every other mistake', async () => {
  assert.deepEqual(problemIn(await answerTo('EHLO mx.example\r\n\r\n')), [400, 'urn:mailkeep:no-http'])
  const long = `GET / HTTP/1.1\r\nHost: a\r\nCookie: ${'x'.repeat(9000)}\r\n\r\n`
  assert.deepEqual(problemIn(await answerTo(long)), [431, 'urn:mailkeep:long-header'])
  const expecting = 'GET / HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\nConnection: close\r\n\r\n'
  assert.deepEqual(problemIn(await answerTo(expecting)), [417, 'urn:mailkeep:unmet-expectation'])
})

test('a body that breaks is answered before its question is, and nothing stands within an answer', async () => {
  const torn = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n'
  assert.deepEqual(problemIn(await answerTo(torn, () => undefined)), [400, 'urn:mailkeep:no-http'])
  const begun = await answerTo(torn, (_request, response) => void response.writeHead(200).write('half'))
  assert.doesNotMatch(begun, /problem\+json/)
})

test('after an answer that is whole the next question on its connection is refused', async () => {
  const said = await answerTo('GET / HTTP/1.1\r\nHost: a\r\n\r\n', undefined, 'nonsense\r\n\r\n')
  assert.match(said, /fine[\s\S]*HTTP\/1\.1 400 Bad Request/)
})
