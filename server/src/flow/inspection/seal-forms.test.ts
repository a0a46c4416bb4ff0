import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Edit } from './check.ts'
import { sealForms } from './seal-forms.ts'

const line = (text: string, more: Partial<Edit> = {}): Edit =>
  ({ kind: 'prepend', line: text, ...more }) as Edit
const textsOf = (edits: readonly Edit[]) =>
  edits.map((each) =>
    `${each.kind === 'prepend' ? each.line : each.kind} ${each.only?.join('') ?? ''}`.trim(),
  )
const seal = async (edits: readonly Edit[]) => [`seal of ${textsOf(edits).join('+')}`]

test('one seal where all get the same, on top of what it covers', async () => {
  assert.deepEqual(textsOf(await sealForms(seal, [line('a')], [line('b')], ['x', 'y'])), [
    'seal of a+b',
    'a',
    'b',
  ])
  assert.deepEqual(textsOf(await sealForms(null, [line('a')], [], ['x'])), ['a'])
})

test('a seal for each form, for those who get it', async () => {
  const edits = await sealForms(seal, [line('a')], [line('b', { only: ['x', 'z'] })], ['x', 'y', 'z'])
  assert.deepEqual(textsOf(edits), ['seal of a+b xz xz', 'seal of a y', 'a', 'b xz'])
})

test('the seal of a message without its files is not for who gets it whole', async () => {
  const [made] = await sealForms(seal, [], [line('b', { strips: true })], ['x'])
  assert.equal(made?.strips, true)
})

test('a seal that cannot be made is left out', async () => {
  const broken = () => Promise.reject(new Error('no key'))
  assert.deepEqual(textsOf(await sealForms(broken, [line('a')], [], ['x'])), ['a'])
})
