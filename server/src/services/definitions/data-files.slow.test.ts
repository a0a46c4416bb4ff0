import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readDefinitions, shippedDefinitions } from '#flow/inspection/definitions.ts'
import { DefinitionFiles } from '#ground/storage/definitions/definition-files.ts'
import { openTestSite } from '../../test-site.ts'
import { addDefinitions } from './change-definitions.ts'

const shipped = readFileSync(join(import.meta.dirname, '../../flow/checks/content/model/content.model'))

/** The shipped model under another version, and with another bias. */
function modelOf(version: string, bias?: number): Buffer {
  const end = shipped.indexOf(10)
  const head = JSON.parse(shipped.toString('utf8', 0, end))
  const line = JSON.stringify({ ...head, version, ...(bias !== undefined && { bias }) })
  return Buffer.concat([Buffer.from(`${line}\n`), shipped.subarray(end + 1)])
}

function setOf(version: string, model: Buffer): string {
  const sha256 = createHash('sha256').update(model).digest('hex')
  return JSON.stringify({ version, data: { 'content.model': { sha256, size: model.length } } })
}

describe('a model that comes with definitions', () => {
  test('is tried on the golden samples, then judges beside the one in force', async () => {
    using it = openTestSite()
    const parts = it.site.definitions
    const add = (version: string, model: Buffer) =>
      addDefinitions(parts, setOf(version, model), 'me', () => model)
    await assert.rejects(add('eager', modelOf('9', 8)), /keeps \d+ clean samples/)
    await assert.rejects(add('blind', modelOf('9', -30)), /misses \d+ bad samples/)
    assert.deepEqual(await parts.store.list(), [])
    const same = modelOf('10')
    const { golden } = await add('good', same)
    assert(golden.clean >= 200 && golden.bad >= 20)
    const files = new DefinitionFiles(
      join(it.site.folder, 'definitions'),
      readDefinitions,
      shippedDefinitions,
    )
    assert.deepEqual(files.current().trial?.definitions.files.get('content.model'), same)
  })

  test('that is torn, missing or another than promised is not taken', async () => {
    using it = openTestSite()
    const parts = it.site.definitions
    const model = modelOf('10')
    const torn = model.subarray(0, model.length - 1)
    await assert.rejects(addDefinitions(parts, setOf('v1', model), 'me'), /content\.model is missing/)
    await assert.rejects(
      addDefinitions(parts, setOf('v1', model), 'me', () => torn),
      /not the file that the set names/,
    )
    await assert.rejects(
      addDefinitions(parts, setOf('v1', torn), 'me', () => torn),
      /content\.model cannot be read/,
    )
    assert.deepEqual(await parts.store.list(), [])
  })
})
