import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readTranscript } from './transcript.ts'

describe('readTranscript', () => {
  it('keeps a reply of several lines together, and knows what it answered', () => {
    const { said, own } = readTranscript([
      '   ----- Transcript of session follows -----',
      '... while talking to mx.hof.example.:',
      '>>> DATA',
      '<<< 554-5.7.1 This letter breaks',
      '<<< 554 5.7.1 rule nine of the house',
      '554 5.0.0 Service unavailable',
      '',
      '<<< 550 not part of it',
    ])
    assert.deepEqual(said, [
      { phase: 'final', text: '554-5.7.1 This letter breaks\n554 5.7.1 rule nine of the house' },
    ])
    assert.deepEqual(own, [{ address: null, text: '554 5.0.0 Service unavailable' }])
  })

  it('takes an answer below DATA for one to RCPT where the server says that it had none', () => {
    const { said, own } = readTranscript([
      'Transcript of session follows',
      '>>> DATA',
      '<<< 550 nobody of that name',
      '550 5.1.1 <Ida@hof.example>... User unknown',
      '<<< 503 5.5.1 need RCPT first',
    ])
    assert.equal(said[0]?.phase, 'rcpt')
    assert.equal(own[0]?.address, 'ida@hof.example')
  })

  it('calls what comes before any command a greeting', () => {
    const { said } = readTranscript(['Transcript of session follows', '<<< 554 go away', '>>> QUIT'])
    assert.deepEqual(said, [{ phase: 'greeting', text: '554 go away' }])
  })

  it('reads nothing where there is none, and only so much', () => {
    assert.deepEqual(readTranscript(['<<< 550 no']), { said: [], own: [], recipients: [], rest: '' })
    const many = ['Transcript of session follows', ...Array.from({ length: 9000 }, () => '<<< 550 no')]
    assert.ok(readTranscript(many).said.length <= 200)
  })
})
