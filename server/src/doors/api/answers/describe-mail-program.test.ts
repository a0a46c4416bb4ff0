import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeMailProgram } from './describe-mail-program.ts'

test('each port is told once, local where nothing else leads to it, and none where nobody can log in', () => {
  const told = (listen: string[], listenTls: string[]) =>
    describeMailProgram({
      'site.host': 'mail.example.org',
      'submission.listen': listen,
      'submission.listenTls': listenTls,
    })
  assert.deepEqual(told(['127.0.0.1:587', '[2001:db8::7]:587'], ['[::1]:2465']), {
    host: 'mail.example.org',
    doors: [
      { port: 587, security: 'STARTTLS', isLocal: false },
      { port: 2465, security: 'TLS', isLocal: true },
    ],
  })
  assert.deepEqual(told([], []).doors, [])
})
