import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { readDefinitions, shippedDefinitions } from '#flow/inspection/definitions.ts'
import { DefinitionFiles, putDefinitionsInForce } from './definition-files.ts'

const set = (version: string) => ({ version, content: JSON.stringify({ ...shippedDefinitions, version }) })

describe('definitions in force', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-definitions-'))
  after(() => rmSync(folder, { recursive: true }))
  const files = new DefinitionFiles(folder, readDefinitions, shippedDefinitions)

  test('are those that are shipped until files say otherwise', () => {
    assert.equal(files.current().active.version, shippedDefinitions.version)
    assert.equal(files.trouble, null)
    putDefinitionsInForce(folder, set('one'), { ...set('two'), share: 0.1 })
    files.refresh()
    const { active, trial } = files.current()
    assert.deepEqual([active.version, trial?.definitions.version, trial?.share], ['one', 'two', 0.1])
  })

  test('stay those before when a file cannot be read, which is told until it can', () => {
    putDefinitionsInForce(folder, { version: 'torn', content: '{"version":' }, null)
    for (const _again of [1, 2]) {
      files.refresh()
      assert.equal(files.current().active.version, 'one')
      assert.match(files.trouble ?? '', /JSON/)
    }
    writeFileSync(join(folder, 'set-torn.json'), set('torn').content)
    files.refresh()
    assert.equal(files.current().active.version, 'torn')
    assert.equal(files.trouble, null)
  })

  test('come with their files of data, which are there before the set is, and go when no set needs them', () => {
    const content = Buffer.from('a model')
    const sha256 = createHash('sha256').update(content).digest('hex')
    const data = { 'content.model': { sha256, size: content.length } }
    const withData = { version: 'data', content: JSON.stringify({ version: 'data', data }) }
    putDefinitionsInForce(folder, withData, null, new Map([[sha256, content]]))
    files.refresh()
    assert.deepEqual(files.current().active.files.get('content.model'), content)
    const before = files.current()

    writeFileSync(join(folder, `data-${sha256}`), 'a moXel')
    putDefinitionsInForce(folder, { ...withData, version: 'again' }, null)
    files.refresh()
    assert.match(files.trouble ?? '', /data-|damaged/)
    assert.equal(files.current(), before)

    putDefinitionsInForce(folder, withData, null, new Map([[sha256, content]]))
    files.refresh()
    assert.equal(files.trouble, null, 'what the disk had lost is written anew')
    putDefinitionsInForce(folder, set('plain'), null)
    assert(!existsSync(join(folder, `data-${sha256}`)))
  })
})
