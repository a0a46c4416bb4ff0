import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { settings } from '../server/src/ground/platform/config/settings.ts'
import { commands } from '../server/src/main.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.md'),
)
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...pages.map((each) => join('docs', each)),
]

test('the index of the documents names every page', () => {
  const index = read('docs/README.md')
  const missing = pages.filter((each) => each !== 'README.md' && !index.includes(`](${each})`))
  assert.deepEqual(missing, [], 'add a line to docs/README.md')
})

test('documents name only settings that exist', () => {
  const groups = new Set(Object.keys(settings).map((name) => name.split('.')[0]))
  // The page of the HTTP door has fields under such names, and grows from the sources anyway.
  const written = documents.filter((each) => each !== 'docs/reference/api.md')
  const unknown = written.flatMap((document) =>
    [...read(document).matchAll(/`(([a-z]+)\.[a-zA-Z]+)`/g)]
      .filter(([, name = '', group]) => groups.has(group) && !name.endsWith('.ts') && !(name in settings))
      .map(([, name]) => `${document}: ${name}`),
  )
  assert.deepEqual(unknown, [])
})

test('documents name only commands that exist', () => {
  const known = [...Object.keys(commands), 'help', 'COMMAND']
  const unknown = documents.flatMap((document) =>
    [...read(document).matchAll(/\.\/mailkeep ([A-Za-z-]+)/g)]
      .filter(([, name = '']) => !known.includes(name))
      .map(([, name]) => `${document}: ${name}`),
  )
  assert.deepEqual(unknown, [])
})

test('examples of the style page stand in the files that they name', () => {
  const examples = [...read('STYLE.md').matchAll(/^```ts\n\/\/ (\S+)\n([\s\S]*?)^```/gm)]
  assert.ok(examples.length > 5)
  for (const [, path = '', text = ''] of examples)
    for (const line of text.trimEnd().split('\n'))
      assert.ok(read(path).includes(line), `${path} has no longer: ${line}`)
})
