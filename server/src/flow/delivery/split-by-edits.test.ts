import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MessageEdit } from '#flow/spool/message.ts'
import type { Job } from './delivery-store.ts'
import { splitByEdits } from './split-by-edits.ts'

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
  assert.equal(splitByEdits(job)[0], job)
})

test('each form of a message is a job of its own, with the edits in their order', () => {
  const edits = [line('1', ['a@x.test']), line('2'), line('3', ['a@x.test', 'c@x.test'])]
  assert.deepEqual(shape(splitByEdits(jobOf(edits))), [
    ['a', '1 2 3'],
    ['b', '2'],
    ['c', '2 3'],
  ])
  assert.deepEqual(shape(splitByEdits(jobOf([line('1', ['c@x.test']), line('2')]))), [
    ['ab', '2'],
    ['c', '1 2'],
  ])
})
