import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { addDomain } from './add-domain.ts'
import type { User } from './directory-store.ts'
import { importUsers } from './import-users.ts'
import { listUsers } from './list-users.ts'

async function withDomain(): Promise<TestSite> {
  const it = openTestSite()
  await addDomain(it.order, { name: 'a.test', nextHop: 'mx:a.test' }, it.site.checkNextHop)
  return it
}

function importText(it: TestSite, text: string, options: { strict?: boolean; dryRun?: boolean } = {}) {
  return importUsers(it.order, {
    open: () => Readable.from([Buffer.from(text)]),
    strict: options.strict ?? false,
    dryRun: options.dryRun ?? false,
    onProgress: () => undefined,
  })
}

async function people(it: TestSite): Promise<User[]> {
  const found: User[] = []
  for await (const user of listUsers(it.site.directory)) found.push(user)
  return found
}

describe('import of people', () => {
  test('reads columns in any order, quotes, and a byte order mark', async () => {
    using it = await withDomain()
    const report = await importText(
      it,
      '\ufeffDisplay Name;E-Mail;kind;alias_of;Group\r\n"Bob; the one";BOB@a.test;user;;Staff\r\n;b@a.test;alias;bob@a.test;\r\n',
    )
    assert.deepEqual(report, { lines: 2, wrong: 0, problems: [], added: 2, changed: 0, done: true })
    assert.deepEqual(
      (await people(it)).map((each) => [each.address, each.kind, each.owner, each.displayName]),
      [
        ['b@a.test', 'alias', 'bob@a.test', ''],
        ['bob@a.test', 'user', 'bob@a.test', 'Bob; the one'],
      ],
    )
    assert.deepEqual(
      (await it.site.directory.groups('a.test')).map((each) => each.name),
      ['Staff'],
    )
  })

  test('names wrong lines by their number and takes the others', async () => {
    using it = await withDomain()
    const text =
      'address,kind,alias-of\nx@a.test,,\nno address,,\ny@b.test,,\nz@a.test,robot,\nw@a.test,alias,\n'
    const report = await importText(it, text)
    assert.deepEqual(
      report.problems.map((each) => each.line),
      [3, 4, 5, 6],
    )
    assert.match(report.problems[2]?.text ?? '', /expected user or alias/)
    assert.deepEqual([report.added, report.wrong], [1, 4])
    assert.deepEqual(
      (await people(it)).map((each) => each.address),
      ['x@a.test'],
    )
  })

  test('--strict refuses the whole file for one line, a dry run changes nothing', async () => {
    using it = await withDomain()
    const strict = await importText(it, 'address\nx@a.test\nno address\n', { strict: true })
    const dry = await importText(it, 'address\nx@a.test\n', { dryRun: true })
    assert.deepEqual([strict.done, strict.wrong, dry.done, dry.wrong], [false, 1, false, 0])
    assert.deepEqual(await people(it), [])
  })

  test('a file without a column of addresses is refused, an empty one does nothing', async () => {
    using it = await withDomain()
    await assert.rejects(importText(it, 'name,phone\nBob,1\n'), /must name the columns: address/)
    assert.equal((await importText(it, '')).lines, 0)
    assert.equal((await importText(it, 'address\n')).lines, 0)
  })

  test('a torn quote refuses the file: nobody can say what the lines behind it were', async () => {
    using it = await withDomain()
    await assert.rejects(importText(it, 'address,name\nx@a.test,"torn"x\ny@a.test,fine\n'), /line 2/)
    await assert.rejects(
      importText(it, 'address,name\nx@a.test,fine\ny@a.test,"open\nz@a.test,x\n'),
      /opening quote/,
    )
    assert.deepEqual(await people(it), [])
  })

  test('importing the same again changes, and adds nobody', async () => {
    using it = await withDomain()
    const text = `address\n${Array.from({ length: 21_000 }, (_, index) => `u${index}@a.test`).join('\n')}\n`
    assert.equal((await importText(it, text)).added, 21_000)
    const again = await importText(it, text)
    assert.deepEqual([again.added, again.changed], [0, 21_000])
    const figures = { lines: 21_000, wrong: 0 }
    const told = (await it.site.access.audit(null, null, 2)).reverse()
    assert.deepEqual(
      told.map(({ what, detail }) => [what, detail]),
      [
        ['users-import-began', figures],
        ['users-imported', { ...figures, added: 0, changed: 21_000 }],
      ],
    )
  })
})
