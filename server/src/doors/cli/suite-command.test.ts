import assert from 'node:assert/strict'
import { Readable, Writable } from 'node:stream'
import { describe, it } from 'node:test'
import { readLines } from './request-line.ts'
import { createSuiteCommand, RequestError, type SuiteAnswer } from './suite-command.ts'

const command = createSuiteCommand({
  name: 'echo',
  summary: 'says it again',
  about: 'Text comes on stdin.',
  inputField: 'data',
  flags: [
    { flag: 'word', field: 'word', kind: 'text', help: 'a word' },
    { flag: 'times', field: 'times', kind: 'number', help: 'how often' },
    { flag: 'table', field: 'table', kind: 'json', help: 'a table' },
  ],
  run: async (request): Promise<SuiteAnswer> => {
    if (request.word === 'wrong') throw new RequestError('bad-request', 'word is wrong')
    if (request.word === 'crash') throw new TypeError('inside')
    return { answer: { heard: request }, found: request.word === 'bad' }
  },
})

async function run(argv: string[], input: string | Iterable<string | Buffer>) {
  const said = { out: '', err: '' }
  const into = (name: 'out' | 'err') =>
    new Writable({
      highWaterMark: 1,
      write: (chunk, _encoding, done) => {
        said[name] += chunk
        setImmediate(done)
      },
    })
  const stdin = Readable.from(typeof input === 'string' ? [Buffer.from(input)] : input)
  const code = await command.run(argv, { stdin, stdout: into('out'), stderr: into('err') })
  await new Promise((resolve) => setImmediate(resolve))
  return {
    code,
    ...said,
    lines: said.out
      .trim()
      .split('\n')
      .map((line) => (line.startsWith('{') ? JSON.parse(line) : line)),
  }
}

describe('suite command: single shot', () => {
  it('takes flags and stdin, answers one object', async () => {
    const { code, lines } = await run(['--word', 'x', '--times', '3'], 'hello')
    assert.equal(code, 0)
    assert.deepEqual(lines, [
      { heard: { word: 'x', times: 3, data: Buffer.from('hello').toString('base64') } },
    ])
  })

  it('has no input field where stdin is empty', async () => {
    assert.deepEqual((await run([], '')).lines, [{ heard: {} }])
  })

  it('ends with 1 where something was found', async () =>
    assert.equal((await run(['--word', 'bad'], '')).code, 1))

  it('ends with 2 and help for a wrong call', async () => {
    for (const argv of [
      ['--nothing'],
      ['--times', 'many'],
      ['--times', ''],
      ['extra'],
      ['--table', '/no/such/file'],
      ['--word', 'wrong'],
    ]) {
      const { code, out, err } = await run(argv, '')
      assert.deepEqual([code, out], [2, ''], argv.join(' '))
      assert.match(err, /--help/)
    }
  })

  it('shows its help', async () => {
    const { code, out } = await run(['--help'], '')
    assert.equal(code, 0)
    for (const word of ['--word', '--times', '--now', '--time-ms', '--batch'])
      assert.ok(out.includes(word), word)
  })
})

describe('suite command: batch', () => {
  it('answers line by line, in order, with the id of any kind; fields win over flags', async () => {
    const requests = [{ id: 'a', word: 'y' }, { id: 7 }, { id: { deep: [1] } }, {}]
    const { code, lines } = await run(
      ['--batch', '--word', 'x'],
      requests.map((each) => `${JSON.stringify(each)}\n`).join(''),
    )
    assert.equal(code, 0)
    assert.deepEqual(
      lines.map((line) => [line.id, line.heard.word]),
      [
        ['a', 'y'],
        [7, 'x'],
        [{ deep: [1] }, 'x'],
        [null, 'x'],
      ],
    )
  })

  it('answers a bad line with its error, and the next one all the same', async () => {
    const { code, lines } = await run(
      ['--batch'],
      'junk\n[1]\n{"id":1,"word":"wrong"}\n{"id":2,"word":"crash"}\n\n{"id":3}',
    )
    assert.equal(code, 0)
    assert.deepEqual(lines.slice(0, 4), [
      { id: null, error: { code: 'bad-json', text: 'the line is no JSON' } },
      { id: null, error: { code: 'bad-request', text: 'a request is a JSON object' } },
      { id: 1, error: { code: 'bad-request', text: 'word is wrong' } },
      { id: 2, error: { code: 'internal', text: 'the request could not be answered' } },
    ])
    assert.equal(lines[4].id, 3)
  })

  it('takes lines however they are cut', async () => {
    const text = '{"id":1}\n{"id":"\u00fc"}\r\n{"id":3}\n'
    const { lines } = await run(
      ['--batch'],
      [...Buffer.from(text)].map((byte) => Buffer.from([byte])),
    )
    assert.deepEqual(
      lines.map((line) => line.id),
      [1, '\u00fc', 3],
    )
  })
})

describe('request lines', () => {
  it('passes over a line that is too long without keeping it', async () => {
    const pieces = ['ab\n', 'x'.repeat(50), 'x'.repeat(50), '\ncd\n', 'y'.repeat(99)].map((each) =>
      Buffer.from(each),
    )
    const lines: (string | null)[] = []
    for await (const line of readLines(Readable.from(pieces), 20)) lines.push(line)
    assert.deepEqual(lines, ['ab', null, 'cd', null])
  })
})
