import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sink } from '../../../tests/harness/sink.ts'
import { sendBySmtp } from './send-by-smtp.ts'

test('an address that is not taken keeps nobody else from hearing; where none is taken it is said why', async (t) => {
  const sink = await Sink.start({
    behaviour: (stage, address) =>
      stage === 'rcpt' && address.includes('gone') ? '550 5.2.1 Mailbox disabled' : undefined,
  })
  t.after(() => sink[Symbol.asyncDispose]())
  const send = (...rcptTo: string[]) =>
    sendBySmtp({ host: '127.0.0.1', port: sink.port }, 'mail.test', {
      ...{ mailFrom: '', rcptTo, content: 'Subject: x\r\n\r\nx\r\n' },
    })
  await send('gone@x.test', 'ops@x.test')
  assert.deepEqual(
    sink.messages.map((each) => each.rcptTo),
    [['ops@x.test']],
  )
  await assert.rejects(send('gone@x.test', 'gone2@x.test'), /RCPT was answered 550/)
})
