import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { checkLayers } from './check-layers.ts'

const table = {
  'ground/mail': { values: [] },
  'flow/gateway': { values: ['ground/mail'] },
  'flow/delivery': { values: ['ground/mail'] },
  'services/queue': { values: ['ground/mail', 'contract/markdown'], types: ['flow/delivery'] },
}

/** A sound little tree; each test plants one fault in it. */
const sound: Readonly<Record<string, string>> = {
  'README.md': '`ground/mail` `flow/gateway` `flow/delivery` `services/queue`',
  'main.ts': "import { gateway } from '#flow/gateway/gateway.ts'",
  'ground/mail/address.ts': 'export const address = 1',
  'flow/gateway/gateway.ts':
    "import { address } from '#ground/mail/address.ts'\nexport const gateway = address",
  'flow/gateway/verb.ts': "import { gateway } from './gateway.ts'\nexport const verb = gateway",
  'flow/delivery/route.ts': 'export interface Route {}\nexport const route = 1',
  'services/queue/queue.ts': "import type { Route } from '#flow/delivery/route.ts'\nexport const queue = 1",
  'services/queue/words.ts': "export { parseMarkdown } from '@mailkeep/contract/markdown'",
}

function check(planted: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-layers-'))
  try {
    for (const [path, text] of Object.entries({ ...sound, ...planted })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    return checkLayers(folder, table)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const faults: readonly [string, Record<string, string>, RegExp][] = [
  [
    'gateway importing delivery',
    { 'flow/gateway/verb.ts': "import type { Route } from '#flow/delivery/route.ts'" },
    /^flow\/gateway\/verb\.ts:1: flow\/gateway must not import flow\/delivery$/,
  ],
  [
    'a service importing a value of flow',
    { 'services/queue/queue.ts': "\nimport { route } from '#flow/delivery/route.ts'" },
    /^services\/queue\/queue\.ts:2: imports a value of flow\/delivery; only types/,
  ],
  [
    'ground importing what stands above it',
    { 'ground/mail/address.ts': "export { gateway } from '../../flow/gateway/gateway.ts'" },
    /^ground\/mail\/address\.ts:1: ground\/mail must not import flow\/gateway$/,
  ],
  [
    'a service importing the contract, of which it may have one file',
    { 'services/queue/words.ts': "import { routes } from '@mailkeep/contract'" },
    /^services\/queue\/words\.ts:1: services\/queue must not import contract$/,
  ],
  [
    'a file of the contract imported by who may not',
    { 'flow/gateway/verb.ts': "import { parseMarkdown } from '@mailkeep/contract/markdown'" },
    /^flow\/gateway\/verb\.ts:1: flow\/gateway must not import contract\/markdown$/,
  ],
  [
    'a cycle within a folder',
    { 'flow/delivery/route.ts': "import './hop.ts'", 'flow/delivery/hop.ts': "import './route.ts'" },
    /^cycle: flow\/delivery\/(hop|route)\.ts -> /,
  ],
  [
    'an unknown folder',
    {
      'flow/helpers/text.ts': 'export const text = 1',
      'README.md': `${sound['README.md']} \`flow/helpers\``,
    },
    /^flow\/helpers: not in the layer table/,
  ],
  [
    'a folder missing from the README',
    { 'README.md': '`ground/mail` `flow/gateway` `services/queue`' },
    /^flow\/delivery: not in server\/src\/README\.md$/,
  ],
  [
    'a file at the root that wires nothing',
    { 'text.ts': 'export const text = 1' },
    /^text\.ts: only .* may lie here/,
  ],
  [
    'an import at run time',
    { 'flow/gateway/verb.ts': "export const verb = await import('#flow/delivery/' + 'route.ts')" },
    /^flow\/gateway\/verb\.ts:1: .*import\(\)/,
  ],
  [
    'a named import that is made late',
    { 'flow/gateway/verb.ts': "export const verb = await import('#flow/delivery/route.ts')" },
    /^flow\/gateway\/verb\.ts:1: flow\/gateway must not import flow\/delivery/,
  ],
]

describe('layers', () => {
  test('a sound tree has no faults', () => assert.deepEqual(check({}), []))

  for (const [name, planted, expected] of faults) {
    test(`finds ${name}, and nothing else`, () => {
      const found = check(planted).filter((each) => !each.startsWith('cycle') || name.includes('cycle'))
      assert.equal(found.length, 1, found.join('\n'))
      assert.match(found[0] ?? '', expected)
    })
  }

  test('finds a folder that stands in the table only', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-layers-'))
    try {
      writeFileSync(join(folder, 'README.md'), '')
      const found = checkLayers(folder, { 'flow/gone': { values: [] } })
      assert.deepEqual(found, ['flow/gone: in the layer table, but there is no such folder'])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
