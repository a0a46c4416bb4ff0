import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { describe, test } from 'node:test'
import { sendMessage } from './send-message.ts'

/** A server that says what it is told to say to each command, and notes what it heard. */
async function startServer(replies: Readonly<Record<string, string>>) {
  const heard: string[] = []
  const server: Server = createServer((socket) => {
    let isData = false
    socket.setEncoding('utf8').write('220 fake\r\n')
    socket.on('error', () => undefined)
    socket.on('data', (text: string) => {
      for (const line of text.split('\r\n').slice(0, -1)) {
        heard.push(line)
        if (isData && line !== '.') continue
        const verb = isData ? '.' : (line.split(/[ :]/)[0] ?? '').toUpperCase()
        isData = verb === 'DATA'
        socket.write(`${replies[verb] ?? (isData ? '354 go' : '250 ok')}\r\n`)
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, heard, port: (server.address() as AddressInfo).port }
}

async function send(replies: Readonly<Record<string, string>>) {
  const { server, heard, port } = await startServer(replies)
  try {
    const content = Buffer.from('Subject: x\r\n\r\n.dot\r\n')
    const request = { host: '127.0.0.1', port, mailFrom: '', rcptTo: ['a@a.test', 'b@a.test'], content }
    return { answer: await sendMessage(request), heard }
  } finally {
    server.close()
  }
}

describe('sending by SMTP', () => {
  test('tells the id that the server gave', async () => {
    const { answer, heard } = await send({ '.': '250 2.0.0 Accepted as 0123456789abcdef' })
    assert.deepEqual([answer.accepted, answer.id], [true, '0123456789abcdef'])
    assert.ok(heard.some((each) => each.startsWith('MAIL FROM:<>')))
    assert.ok(heard.includes('..dot'))
  })

  test('tells a refusal with the id in its brackets', async () => {
    const { answer } = await send({ RCPT: '550 5.1.1 No such recipient here [0123456789abcdef]' })
    assert.deepEqual([answer.accepted, answer.id], [false, '0123456789abcdef'])
    assert.match(answer.text, /^550 5\.1\.1/)
  })

  test('a server that is not there is told in words', async () => {
    const { server, port } = await startServer({})
    server.close()
    await once(server, 'close')
    const content = Buffer.from('x')
    const answer = await sendMessage({ host: '127.0.0.1', port, mailFrom: '', rcptTo: ['a@a.test'], content })
    assert.deepEqual([answer.accepted, answer.id], [false, null])
    assert.match(answer.text, /ECONNREFUSED/)
  })
})
