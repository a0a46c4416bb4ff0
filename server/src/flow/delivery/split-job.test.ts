import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MessageEdit } from '#flow/spool/message.ts'
import type { Job } from './delivery-store.ts'
import { splitJob } from './split-job.ts'

const line = (text: string, only?: string[]): MessageEdit => ({
  kind: 'prepend',
  line: text,
  ...(only && { only }),
})

function jobOf(edits: readonly MessageEdit[]): Job {
  const recipients = ['a@x.test', 'b@x.test', 'c@x.test'].map((rcptTo, n) => ({ n, rcptTo }))
  return { lane: 'l', message: { id: 'm', edits }, recipients } as unknown as Job
}

const shape = (jobs: readonly Job[]) =>
  jobs.map(({ message, recipients }) => [
    recipients.map((each) => each.rcptTo[0]).join(''),
    message.edits.map((each) => (each.kind === 'prepend' ? each.line : '')).join(' '),
  ])

test('a message that is the same for all stays one job', () => {
  const job = jobOf([line('one'), line('two')])
  assert.equal(splitJob(job)[0], job)
})

test('each form of a message is a job of its own, with the edits in their order', () => {
  const edits = [line('1', ['a@x.test']), line('2'), line('3', ['a@x.test', 'c@x.test'])]
  assert.deepEqual(shape(splitJob(jobOf(edits))), [
    ['a', '1 2 3'],
    ['b', '2'],
    ['c', '2 3'],
  ])
  assert.deepEqual(shape(splitJob(jobOf([line('1', ['c@x.test']), line('2')]))), [
    ['ab', '2'],
    ['c', '1 2'],
  ])
})

test('a copy has no sender, keeps the changes of whom it is a copy of, and what must be encrypted goes apart', () => {
  const edits: MessageEdit[] = [line('1', ['a@x.test']), { ...line('2', ['a@x.test']), strips: true }]
  const job = jobOf(edits)
  const added = (by: 'copy' | 'redirect' | 'keep-whole', n: number, tls?: 'required') => ({
    ...job.recipients[1],
    n,
    rcptTo: `${by}@x.test`,
    terms: { added: { by, rule: 'r', of: 'a@x.test' }, ...(tls && { tls }) },
  })
  const recipients = [
    job.recipients[0],
    added('copy', 3),
    added('redirect', 4),
    added('keep-whole', 5),
    added('redirect', 6, 'required'),
  ] as Job['recipients']
  const message = { ...job.message, mailFrom: 's@y.test' }
  const parts = splitJob({ ...job, message, recipients })
  assert.deepEqual(
    parts.map((each) => [
      each.recipients.map(({ n }) => n).join(),
      each.message.edits.length,
      each.message.mailFrom,
      each.tls,
    ]),
    [
      ['0,4', 2, 's@y.test', undefined],
      ['3', 2, '', undefined],
      ['5', 1, 's@y.test', undefined],
      ['6', 2, 's@y.test', 'required'],
    ],
  )
})
