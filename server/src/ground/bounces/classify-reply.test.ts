import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { bounceClasses } from './bounce-classes.ts'
import { classifyReply, receiverOf } from './classify-reply.ts'
import { readReply } from './read-reply.ts'
import { shippedWording } from './read-wording.ts'

describe('classifyReply', () => {
  it('judges nine in ten of the replies that it was not written from', () => {
    const cases = heldOut()
    const wrong = cases.filter(({ wanted, host, reply }) => classOf(reply, host) !== wanted)
    const told = wrong.map(({ wanted, host, reply }) => `${wanted}, not ${classOf(reply, host)}: ${reply}`)
    assert.ok(wrong.length <= cases.length / 10, told.join('\n'))
    assert.ok(cases.length >= 95, `${cases.length} cases`)
    if (process.env.SHOW) console.log(told.join('\n'))
  })

  it('has at least one case for each class that a reply can have', () => {
    const covered = new Set(heldOut().map((each) => each.wanted))
    const left = Object.keys(bounceClasses).filter((each) => !covered.has(each))
    assert.deepEqual(left.sort(), ['mail-program', 'unknown'])
  })

  it('knows the wording of seventy receivers', () => {
    const withServers = shippedWording().receivers.filter((each) => each.domains.length > 0)
    assert.ok(withServers.length >= 70, `${withServers.length}`)
  })

  it('goes by the status where the words say nothing, and by the code where that is missing', () => {
    assert.equal(classOf('550 5.1.1 Nyet', ''), 'user-unknown')
    assert.equal(
      classifyReply({ code: 554, enhanced: '', text: 'Nyet', phase: 'greeting' }).class,
      'address-blocked',
    )
    assert.equal(classifyReply({ code: 552, enhanced: '', text: 'Nyet' }).class, 'mailbox-full')
    assert.equal(classifyReply({ code: 0, enhanced: '', text: '' }).class, 'unknown')
  })

  it('goes by the point of the conversation: a sender is judged in reply to MAIL', () => {
    const text = 'No such domain hof.example'
    assert.equal(classifyReply({ code: 550, enhanced: '', text, phase: 'mail' }).class, 'sender-refused')
    assert.equal(classifyReply({ code: 550, enhanced: '', text, phase: 'rcpt' }).class, 'domain-unknown')
  })

  it('tells a refused connection from a refused mail', () => {
    assert.equal(classOf('connect to mx.hof.example[192.0.2.1]:25: Connection refused', ''), 'network')
    assert.equal(classOf('554 Connection refused', ''), 'address-blocked')
  })

  it('reads a hostile reply in time', () => {
    const started = performance.now()
    for (let i = 0; i < 20; i++)
      classifyReply({ code: 550, enhanced: '', text: `${'user '.repeat(4000)}${'x'.repeat(i)}` })
    const text = String.fromCharCode(...Array.from({ length: 1200 }, (_, i) => 97 + ((i * 7) % 26)))
    classifyReply({ code: 550, enhanced: '', text })
    assert.ok(performance.now() - started < 5000, `${performance.now() - started} ms`)
  })

  it('names the receiver by its server', () => {
    assert.equal(receiverOf('gmail-smtp-in.l.google.com'), 'Gmail')
    assert.equal(receiverOf('notgoogle.com'), null)
  })
})

describe('readReply', () => {
  it('takes no address or version for a status', () => {
    assert.equal(readReply('550 5.7.1.100 is not welcome').enhanced, '')
    assert.equal(readReply('550 5.7.1 no').enhanced, '5.7.1')
    assert.equal(readReply('deferred - 4.16.55.1; see').enhanced, '')
  })

  it('finds code and status in a sentence', () => {
    const text = 'host mx.example[192.0.2.1] said: 550-5.1.1 no 550 5.1.1 more (in reply to RCPT TO command)'
    assert.deepEqual(readReply(text), { code: 550, enhanced: '5.1.1', text })
  })
})

function heldOut(): { wanted: string; host: string; reply: string }[] {
  return readFileSync(new URL('./held-out.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((each) => each !== '' && !each.startsWith('#'))
    .map((each) => {
      const [wanted = '', host = '', reply = ''] = each.split(' | ')
      return { wanted, host, reply }
    })
}

function classOf(reply: string, host: string): string {
  return classifyReply({ ...readReply(reply), host }).class
}
