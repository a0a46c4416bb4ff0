import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FoundPerson } from '../make-plan.ts'
import { readScim } from '../sources/read-scim.ts'
import { SyncFault } from '../sync-fault.ts'
import type { OpenedSource } from '../sync-parts.ts'
import { listPushed } from './list-pushed.ts'
import { patchUser } from './patch-user.ts'
import { readFilter } from './read-filter.ts'
import { readOperations } from './read-operations.ts'
import { readPath } from './read-path.ts'
import { readUser } from './read-user.ts'
import { ScimError } from './scim-error.ts'
import type { PushedPerson, ScimUser } from './scim-store.ts'
import { patchGroup, readGroup } from './write-group.ts'

const ann = readUser(
  {
    userName: 'ann@one.test',
    externalId: 'x-1',
    name: { givenName: 'Ann', familyName: 'Lee' },
    active: true,
    emails: [
      { value: 'ann@one.test', type: 'work', primary: true },
      { value: 'a.lee@one.test', type: 'other' },
    ],
    title: 'not kept',
  },
  null,
)

const refuses = (work: () => unknown, scimType: string) =>
  assert.throws(work, (cause) => cause instanceof ScimError && cause.scimType === scimType)
const patch = (before: ScimUser, ...Operations: object[]) => patchUser(before, readOperations({ Operations }))
const addressesOf = ({ emails }: ScimUser) => emails.map(({ value, type }) => `${type} ${value}`)

describe('what directories push by SCIM', () => {
  test('whether somebody is active is read as directories write it', () => {
    for (const value of ['False', 'false', false, [{ value: 'False' }]])
      assert.equal(patch(ann, { op: 'Replace', path: 'active', value }).active, false, JSON.stringify(value))
    assert.equal(patch(ann, { op: 'replace', value: { active: false } }).active, false)
    assert.equal(patch(ann, { op: 'Replace', path: 'active', value: 'True' }).active, true)
    for (const value of ['', 'no', 0, null, {}])
      refuses(() => patch(ann, { op: 'replace', path: 'active', value }), 'invalidValue')
    refuses(() => patch(ann, { op: 'remove', path: 'active' }), 'invalidValue')
    const gone = { ...ann, active: false }
    assert.equal(readUser({ userName: 'ann@one.test' }, gone).active, false, 'a name brings nobody back')
    assert.equal(readUser({ USERNAME: 'ann@one.test', Active: 'TRUE' }, gone).active, true)
  })

  test('addresses are changed by kind, made where there is none of it, and removed', () => {
    const work = { op: 'Replace', path: 'emails[type eq "work"].value', value: 'ann.lee@one.test' }
    assert.deepEqual(addressesOf(patch(ann, work)), ['work ann.lee@one.test', 'other a.lee@one.test'])
    const home = { op: 'Add', path: 'emails[type eq "home"].value', value: 'ann@more.test' }
    assert.deepEqual(addressesOf(patch(ann, home)).at(-1), 'home ann@more.test')
    assert.deepEqual(addressesOf(patch(ann, { op: 'remove', path: 'emails[type eq "other"]' })), [
      'work ann@one.test',
    ])
    assert.deepEqual(addressesOf(patch(ann, { op: 'replace', path: 'emails', value: [] })), [])
    const more = { op: 'add', path: 'emails', value: [{ value: 'b@one.test', type: 'other', primary: true }] }
    const joined = patch(ann, more)
    assert.deepEqual(
      joined.emails.map(({ value, primary }) => [value, primary]),
      [
        ['ann@one.test', false],
        ['a.lee@one.test', false],
        ['b@one.test', true],
      ],
    )
    const byPaths = { op: 'add', value: { 'emails[type eq "work"].value': 'c@one.test', displayName: 'Ann' } }
    const after = patch(ann, byPaths)
    assert.deepEqual([addressesOf(after)[0], after.displayName], ['work c@one.test', 'Ann'])
  })

  test('names change part by part; what is not kept is no mistake', () => {
    const after = patch(
      ann,
      { op: 'Replace', path: 'name.familyName', value: 'Fox' },
      { op: 'Add', path: 'title', value: 'Boss' },
      { op: 'add', path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager', value: 'x' },
      { op: 'replace', value: { 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { a: 1 } } },
      { op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:externalId', value: 'x-2' },
    )
    assert.deepEqual(
      [after.name, after.externalId],
      [{ formatted: '', givenName: 'Ann', familyName: 'Fox' }, 'x-2'],
    )
  })

  test('what makes no sense is refused by its name, and changes nothing', () => {
    refuses(() => readOperations({ Operations: [] }), 'invalidSyntax')
    refuses(() => readOperations({ Operations: [{ op: 'move', path: 'userName' }] }), 'invalidSyntax')
    refuses(() => readOperations({ Operations: [{ op: 'remove' }] }), 'noTarget')
    refuses(() => readPath('emails[type eq'), 'invalidPath')
    refuses(() => readPath(`emails[${'a'.repeat(3000)}]`), 'invalidPath')
    refuses(() => patch(ann, { op: 'remove', path: 'userName' }), 'invalidValue')
    refuses(() => readUser('ann', null), 'invalidValue')
    refuses(() => readUser({ userName: 'x'.repeat(10_001) }, null), 'invalidValue')
    const emails = Array.from({ length: 501 }, (_, n) => `a${n}@one.test`)
    refuses(() => readUser({ userName: 'ann', emails }, null), 'invalidValue')
    assert.equal(readUser({ userName: '𝔄'.repeat(4000) }, null).userName.length, 8000, 'long is kept whole')
  })

  test('what one PATCH asks for is bounded after it is taken apart, and after each of its changes', () => {
    const names = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`a${n}`, n]))
    refuses(() => readOperations({ Operations: [{ op: 'add', value: 'x'.repeat(1000) }] }), 'invalidValue')
    refuses(() => readOperations({ Operations: [{ op: 'add', value: ['x'] }] }), 'invalidValue')
    assert.deepEqual(readOperations({ Operations: [{ op: 'add', value: names(1000) }] }), [], 'none is kept')
    const two = [501, 500].map((count) => ({ op: 'add', value: names(count) }))
    refuses(() => readOperations({ Operations: two }), 'invalidSyntax')
    const emails = (name: string, count: number) =>
      Array.from({ length: count }, (_, n) => `${name}${n}@one.test`)
    const add = (name: string, count: number) => ({ op: 'add', path: 'emails', value: emails(name, count) })
    const remove = { op: 'remove', path: 'emails' }
    refuses(() => patch(ann, add('a', 300), add('b', 300), remove), 'invalidValue')
    refuses(() => patch(ann, { ...remove, value: emails('a', 501) }), 'invalidValue')
    refuses(() => patch(ann, add('x'.repeat(9000), 10), remove), 'invalidValue')
    assert.equal(patch(ann, add('a', 300), remove, add('b', 400)).emails.length, 400)
  })

  test('what directories send of attributes that are not kept is taken, however they write it', () => {
    const after = patch(
      ann,
      { op: 'Add', path: 'phoneNumbers[type eq "work" and primary eq true].value', value: '1' },
      { op: 'Replace', path: 'roles[primary eq "True"].value', value: 'x' },
      { op: 'Add', path: 'addresses[type eq "untyped"].formatted', value: 'x' },
      { op: 'Remove', path: 'urn:ietf:params:scim:schemas:extension:acme:2.0:User:shoe size', value: 'x' },
      { op: 'Replace', value: { 'my attribute!': 1, $ref: null, '': 1, displayName: 'Ann' } },
    )
    assert.deepEqual(after, { ...ann, displayName: 'Ann' })
  })

  test('addresses by several conditions; which is the main one may be said before the address', () => {
    const [first = { value: '', type: '', primary: false }] = ann.emails
    const main = { ...ann, emails: [{ ...first, primary: true }, ...ann.emails.slice(1)] }
    const path = 'emails[type eq "work" and primary eq true].value'
    const moved = patch(main, { op: 'Replace', path, value: 'new@one.test' })
    assert.deepEqual(addressesOf(moved), ['work new@one.test', 'other a.lee@one.test'])
    const said = { op: 'Add', path: 'emails[type eq "home"].primary', value: true }
    assert.deepEqual(patch(main, said).emails, main.emails, 'of no address')
    const home = patch(main, said, { op: 'Add', path: 'emails[type eq "home"].value', value: 'h@one.test' })
    assert.deepEqual(
      home.emails.map(({ value, primary }) => [value, primary]),
      [
        ['ann@one.test', false],
        ['a.lee@one.test', false],
        ['h@one.test', true],
      ],
    )
    const none = { op: 'replace', path: 'emails[value eq "gone@one.test"].primary', value: true }
    refuses(() => patch(ann, none), 'noTarget')
    refuses(() => patch(ann, { ...none, path: 'emails[type eq "work" or type eq "x"].value' }), 'invalidPath')
  })

  test('values that are no texts are refused, however deep or odd they are', () => {
    const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)
    for (const odd of [deep, { toString: 1 }, [{ toString: 1 }], { value: deep }]) {
      refuses(() => readUser({ userName: 'x', active: odd }, null), 'invalidValue')
      refuses(() => readUser({ userName: odd }, null), 'invalidValue')
      refuses(
        () => readOperations({ Operations: [{ op: odd, path: 'active', value: true }] }),
        'invalidValue',
      )
    }
    assert.equal(readUser({ userName: 'x', active: null }, null).active, true, 'null is not said')
  })

  test('filters: one name or a few of them, exactly', () => {
    assert.deepEqual(readFilter('user', 'userName eq "Ann@One.test"'), [
      { name: 'username', value: 'ann@one.test' },
    ])
    assert.deepEqual(readFilter('user', 'externalId EQ "X-1"'), [{ name: 'externalid', value: 'X-1' }])
    assert.deepEqual(readFilter('user', 'emails[type eq "work"].value eq "A@one.test"'), [
      { name: 'email', value: 'a@one.test' },
    ])
    assert.deepEqual(readFilter('user', 'emails.value eq "a\\"b@one.test"'), [
      { name: 'email', value: 'a"b@one.test' },
    ])
    assert.deepEqual(readFilter('group', 'id eq "g1" and members eq "u1"'), [
      { name: 'id', value: 'g1' },
      { name: 'members', value: 'u1' },
    ])
    assert.deepEqual(readFilter('user', undefined), [])
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
      refuses(() => readFilter('user', `${name} eq "a"`), 'invalidFilter')
    assert.equal(readFilter('user', String.raw`userName eq " \u00c4nn\"\ud800 "`)[0]?.value, 'änn"\ufffd')
    for (const text of ['userName sw "a"', 'userName eq a', 'password eq "a"', 'userName eq "a" and', '"'])
      refuses(() => readFilter('user', text), 'invalidFilter')
  })

  test('members come and go in their order; where they are not named they stay', () => {
    const group = { displayName: 'Sales', externalId: '' }
    const members = (...Operations: object[]) => patchGroup(group, readOperations({ Operations })).members
    assert.deepEqual(
      members(
        { op: 'Add', path: 'members', value: [{ value: 'u1' }, { value: 'u2' }] },
        { op: 'Remove', path: 'members', value: [{ value: 'u1' }] },
        { op: 'remove', path: 'members[value eq "u3"]' },
      ),
      { all: null, add: ['u2'], remove: ['u1', 'u3'] },
    )
    assert.deepEqual(members({ op: 'replace', path: 'members', value: [{ value: 'u1' }] }).all, ['u1'])
    assert.deepEqual(members({ op: 'remove', path: 'members' }).all, [])
    assert.equal(readGroup({ displayName: 'Sales' }).members.all, null)
    assert.deepEqual(readGroup({ displayName: 'Sales', members: [] }).members.all, [])
    refuses(() => members({ op: 'add', path: 'members[type eq "User"]', value: 'x' }), 'invalidPath')
    refuses(() => readGroup({ members: [] }), 'invalidValue')
    const [first, second] = ['replace', 'add'].map((op, n) => ({ op, path: 'members', value: [`u${n}`] }))
    assert.deepEqual(members({ ...first }, { ...second }), { all: ['u0', 'u1'], add: [], remove: [] })
    assert.deepEqual(members({ ...first }, { ...first, op: 'remove' }).all, [])
  })

  test('members of one question, their ids and names of groups are bounded; single steps cost what they name', () => {
    const ids = Array.from({ length: 60_000 }, (_, n) => `u${n}`)
    const group = { displayName: 'Sales', externalId: '' }
    const add = { op: 'add', path: 'members', value: ids }
    const single = Array.from({ length: 999 }, (_, n) => ({
      op: 'remove',
      path: `members[value eq "u${n}"]`,
    }))
    const after = patchGroup(group, readOperations({ Operations: [add, ...single] })).members
    assert.deepEqual([after.add.length, after.add[0], after.remove.length], [59_001, 'u999', 999])
    refuses(() => patchGroup(group, readOperations({ Operations: [add, add] })), 'tooMany')
    refuses(() => readGroup({ ...group, members: [...ids, ...ids] }), 'tooMany')
    refuses(() => readGroup({ ...group, members: ['x'.repeat(101)] }), 'invalidValue')
    refuses(() => readGroup({ displayName: 'x'.repeat(257) }), 'invalidValue')
    assert.equal(readGroup({ displayName: 'x'.repeat(256) }).body.displayName.length, 256)
  })

  test('who is in very many groups, or people who take very much, end a run as too large', async () => {
    const list = (count: number, person: Partial<PushedPerson>, refusedAt: number | null = null) =>
      listPushed(
        {
          people: async (_source, after, limit) =>
            Array.from({ length: Math.min(limit, count - Number(after)) }, (_, n) => ({
              ...{ id: String(Number(after) + n + 1), user: ann, groups: [] },
              ...person,
            })),
        },
        { id: 'source', refusedAt },
        100_000_000,
      )
    const tooLarge = (cause: unknown) => cause instanceof SyncFault && cause.code === 'too-large'
    assert.equal((await list(600, {})).split('\n').length, 600)
    const groups = (count: number, length: number) => Array.from({ length: count }, () => 'x'.repeat(length))
    await list(1, { groups: groups(500, 1) })
    await list(1, {}, 100_000_000 - 25 * 3_600_000)
    await assert.rejects(list(1, {}, 99_000_000), tooLarge, 'somebody is missing')
    await assert.rejects(list(1, { groups: groups(501, 1) }), tooLarge)
    await assert.rejects(list(600, { groups: groups(500, 500) }), tooLarge)
  })

  test('people for a run: the main address first, names for signing in only where there is no other', async () => {
    const user = (more: Partial<ScimUser>) => ({ ...ann, ...more })
    const found = await peopleOf(
      user({}),
      user({ emails: [], userName: 'b@one.test', externalId: '' }),
      user({ emails: [], userName: 'no-address' }),
      user({
        emails: [{ value: 'smtp:old@one.test;SMTP:New@one.test,X500:/o=x', type: 'other', primary: false }],
        displayName: 'Joined',
      }),
    )
    assert.deepEqual(
      found.map(({ id, name, addresses, wrong }) => [id, name, addresses, wrong]),
      [
        ['x-1', 'Ann Lee', ['ann@one.test', 'a.lee@one.test'], undefined],
        ['id-1', 'Ann Lee', ['b@one.test'], undefined],
        ['no-address', 'Ann Lee', [], 'has no mail address'],
        ['x-1', 'Joined', ['New@one.test', 'old@one.test'], undefined],
      ],
    )
  })
})

async function peopleOf(...users: ScimUser[]) {
  const file = users.map((user, n) => JSON.stringify({ id: `id-${n}`, user, groups: [] })).join('\n')
  const source = { file, isTest: false } as unknown as OpenedSource
  const found: FoundPerson[] = []
  for await (const page of readScim(source)) found.push(...page)
  return found
}
