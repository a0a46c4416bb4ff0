import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { codesOf, type FakeSession, openSession } from './fake-session.ts'

type Step =
  | { readonly verb: 'EHLO' }
  | { readonly verb: 'RSET' }
  | { readonly verb: 'NOOP' }
  | { readonly verb: 'MAIL' }
  | { readonly verb: 'RCPT'; readonly known: boolean }
  | { readonly verb: 'BDAT'; readonly text: string; readonly last: boolean }
  | { readonly verb: 'DATA'; readonly text: string }

/** Text of whole lines, among them what looks like an end or a command. */
const content = fc
  .array(fc.constantFrom('a', '.', '..b', 'QUIT', 'RSET', 'BDAT 3 LAST', '', '\x80\0'), { maxLength: 4 })
  .map((lines) => lines.map((each) => `${each}\r\n`).join(''))

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ verb: fc.constantFrom('EHLO', 'RSET', 'NOOP') }),
  { weight: 3, arbitrary: fc.record({ verb: fc.constant('MAIL') }) },
  { weight: 3, arbitrary: fc.record({ verb: fc.constant('RCPT'), known: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ verb: fc.constant('BDAT'), text: content, last: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('DATA'), text: content }) },
)

/** What a session should answer and accept: the rules of RFC 5321 and 3030 in a few lines. */
class Model {
  readonly accepted: string[] = []
  #recipients: number | null = null
  #chunks: string | null = null

  take(next: Step): string[] {
    if (next.verb === 'NOOP') return ['250']
    if (next.verb === 'EHLO' || next.verb === 'RSET') return this.#end('250')
    if (next.verb === 'MAIL') {
      if (this.#recipients !== null) return ['503']
      this.#recipients = 0
      return ['250']
    }
    if (this.#recipients === null) return ['503']
    if (next.verb === 'BDAT') return [this.#takeChunk(next.text, next.last)]
    if (this.#chunks !== null) return ['503']
    if (next.verb === 'RCPT') {
      this.#recipients += next.known ? 1 : 0
      return [next.known ? '250' : '550']
    }
    if (this.#recipients === 0) return ['554']
    this.accepted.push(next.text)
    return ['354', ...this.#end('250')]
  }

  #takeChunk(text: string, last: boolean): string {
    if (this.#recipients === 0) return '554'
    this.#chunks = (this.#chunks ?? '') + text
    if (!last) return '250'
    this.accepted.push(this.#chunks)
    return this.#end('250')[0] ?? ''
  }

  #end(code: string): string[] {
    this.#recipients = this.#chunks = null
    return [code]
  }
}

function wireOf(next: Step): string {
  if (next.verb === 'EHLO') return 'EHLO a.example\r\n'
  if (next.verb === 'MAIL') return 'MAIL FROM:<a@x.example>\r\n'
  if (next.verb === 'RCPT') return `RCPT TO:<${next.known ? 'b' : 'no'}@example.test>\r\n`
  if (next.verb === 'BDAT') return `BDAT ${next.text.length}${next.last ? ' LAST' : ''}\r\n${next.text}`
  return `${next.verb}\r\n`
}

/** Sends steps as a client may: in any packets, but nothing behind EHLO and DATA before their answer. */
async function play(session: FakeSession, steps: readonly Step[], sizes: readonly number[]): Promise<string> {
  let [said, waiting, turn] = ['', '', 0]
  const send = async () => {
    while (waiting !== '') {
      const size = sizes[turn++ % sizes.length] ?? 1
      said += await session.sayBytes(waiting.slice(0, size))
      waiting = waiting.slice(size)
    }
  }
  for (const each of steps) {
    waiting += wireOf(each)
    if (each.verb !== 'EHLO' && each.verb !== 'DATA') continue
    await send()
    if (each.verb === 'DATA' && said.endsWith('End data with <CR><LF>.<CR><LF>\r\n'))
      waiting = `${each.text.replace(/(^|\n)\./g, '$1..')}.\r\n`
  }
  await send()
  return said
}

describe('whatever a client sends', () => {
  test('a session answers and accepts what the rules say, in whatever packets it comes', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 18 }), sizes, async (steps, packets) => {
        const session = openSession({ MAILKEEP_GATEWAY_MAX_ERRORS: '100' })
        const model = new Model()
        await session.say('EHLO a.example\r\n')
        const said = await play(session, steps, packets)
        assert.equal(codesOf(said), steps.flatMap((each) => model.take(each)).join(' '))
        assert.deepEqual(
          session.accepted.map((each) => each.content),
          model.accepted,
        )
      }),
      { numRuns: 400 },
    )
  })

  test('it never fails: each answer has a code, nothing comes after the end, and no fault is ours', async () => {
    const word = fc.constantFrom(
      ...[
        'EHLO',
        'HELO',
        'MAIL FROM:',
        'RCPT TO:',
        'DATA',
        'BDAT',
        'RSET',
        'XCLIENT',
        'VRFY',
        'HELP',
        'QUIT',
      ],
      ...['<a@x.example>', '<b@example.test>', '<>', '<"', ' ', '\t', '\r\n', '\r\n.\r\n', '\n', '\r', '\0'],
      ...[
        'SIZE=',
        'BODY=8BITMIME',
        'SMTPUTF8',
        'RET=HDRS',
        'ENVID=',
        'NOTIFY=NEVER',
        'ORCPT=utf-8;',
        '+',
        '=',
      ],
      ...[
        'ADDR=',
        'NAME=',
        'PORT=',
        'HELO=',
        '192.0.2.1',
        'IPV6:::1',
        '[UNAVAILABLE]',
        '99999999999',
        ' LAST',
      ],
    )
    const piece = fc.oneof({ weight: 4, arbitrary: word }, fc.string({ unit: 'binary', maxLength: 5 }))
    const packet = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { maxLength: 10 }), async (packets) => {
        const session = openSession({}, { trustsXclient: () => true })
        for (const each of packets) {
          const wasClosed = session.isClosed()
          const said = await session.say(`${each}\r\n`)
          assert.match(said, /^(?:\d{3}[ -][\x20-\x7e]*\r\n)*$/)
          assert.doesNotMatch(said, /fault of ours/)
          if (wasClosed) assert.equal(said, '')
        }
        session.session.closed()
      }),
      { numRuns: 1000 },
    )
  })
})
