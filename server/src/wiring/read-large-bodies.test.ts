import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { leanBody } from '#services/sync/scim/lean-body.ts'
import { readOperations } from '#services/sync/scim/read-operations.ts'
import { patchGroup, readGroup } from '#services/sync/scim/write-group.ts'
import { createLargeBodies } from './read-large-bodies.ts'

const group = { displayName: 'Sales', externalId: '' }
const read = createLargeBodies()

/** What comes of a body, or why it is refused. */
function outcome(make: () => unknown): unknown {
  try {
    return make()
  } catch (cause) {
    return (cause as Error).message
  }
}

test('what a thread leaves of a body is read as the body itself', () => {
  const members = ['u1', { value: 'u2', display: 'x', $ref: null }, { Value: 'u3' }, { value: 7 }, {}]
  const whole = [
    { DisplayName: 'A', members, schemas: ['x'], title: {} },
    { displayName: 'A', externalId: 'x', Members: { value: 'u1' } },
    ...[['deep', [[]]], [{ value: {} }], 'text', 7, null].map((each) => ({
      displayName: 'A',
      members: each,
    })),
    ...[{ displayName: {} }, { displayName: [] }, [], 'text', null, 7, {}],
  ]
  for (const each of whole)
    assert.deepEqual(
      outcome(() => readGroup(leanBody(each))),
      outcome(() => readGroup(each)),
      JSON.stringify(each),
    )
  const path = 'members'
  const changes: unknown[] = [
    [
      { op: 'Add', path, value: members },
      { op: 'remove', path: 'members[value eq "u1"]' },
    ],
    [{ op: 'replace', value: { id: 'x', displayName: 'B', members, 'a:b': {} } }],
    [
      { OP: 'Replace', Path: 'displayName', Value: 'B' },
      { op: 'remove', path, value: [{ $ref: null, value: 'u1' }] },
    ],
    ...[
      { op: 'remove', path },
      { op: 'remove', path, value: null },
      { op: {}, path },
      { op: 'add', value: 'x' },
      'x',
    ],
    ...[
      { op: 'add', path: {}, value: { members } },
      { op: 'replace', path: 'displayName', value: ['x'] },
      [],
    ],
  ]
  for (const Operations of changes) {
    const patch = (body: unknown) => outcome(() => patchGroup(group, readOperations(body)))
    assert.deepEqual(patch(leanBody({ Operations })), patch({ Operations }), JSON.stringify(Operations))
  }
})

test('a large body is read beside the sockets; what is no JSON is refused, and nobody else with it', async () => {
  const ids = Array.from({ length: 20_000 }, (_, n) => `u${n}`)
  const text = JSON.stringify({ displayName: 'All', members: ids.map((value) => ({ value })) })
  const [body] = await Promise.all([
    read(text),
    assert.rejects(read(text.slice(1)), { status: 400, scimType: 'invalidSyntax' }),
  ])
  assert.deepEqual(readGroup(body).members.all, ids)
  const deep = `{"displayName":"x","members":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  assert.match(String(outcome(() => readGroup(undefined))), /not an object/)
  const odd = await read(deep)
  assert.match(String(outcome(() => readGroup(odd))), /not an object/)
})

test('one text at a time is with the thread; those that nobody waits for any more never get there', async (t) => {
  const posted = t.mock.method(Worker.prototype, 'postMessage')
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const texts = () => posted.mock.calls.map(({ arguments: [text] }) => text)
  const late = ['1', '2', '3'].map((text) => assert.rejects(read(text), { status: 503 }))
  assert.deepEqual(texts(), ['1'])
  t.mock.timers.tick(4000)
  await Promise.all(late)
  const after = [read('4'), read('5')]
  assert.deepEqual(await Promise.all(after), [4, 5])
  assert.deepEqual(texts(), ['1', '4', '5'])
})
