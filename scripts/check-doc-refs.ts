/**
 * Checks that every path of this repository that a document names exists: the documents of the root, of docs/ and
 * server/src/README.md. A path is what stands in backquotes or is the target of a link, and starts with a folder
 * of the repository.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const root = join(import.meta.dirname, '..')

const folders = 'server|contract|console|tests|bench|examples|docs|deploy|scripts|\\.ci'
const quoted = new RegExp(`\`((?:${folders})/[A-Za-z0-9_./*{},-]*|[A-Za-z0-9_-]+\\.(?:md|json|mjs))\``, 'g')
const linked = /\]\(([^)#\s:]+)(?:#[^)]*)?\)/g
/** Files that a running site makes or reads, which are not part of the repository. */
const elsewhere = new Set([
  'snapshot.json',
  'mailkeep.yaml',
  'zone.json',
  'report.json',
  'manifest.json',
  'set.json',
])

/** Paths that a document names and that do not exist, one sentence each. */
export function checkDocument(document: string, text: string, exists: (path: string) => boolean): string[] {
  const faults: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const named = [...line.matchAll(quoted)].map((match) => match[1] ?? '')
    const targets = [...line.matchAll(linked)].map((match) =>
      normalize(join(dirname(document), match[1] ?? '')),
    )
    for (const path of [...named.filter((each) => !isPattern(each) && !elsewhere.has(each)), ...targets]) {
      const places = [path, join(dirname(document), path)]
      if (!places.some(exists)) faults.push(`${document}:${index + 1}: there is no ${path}`)
    }
  }
  return faults
}

function isPattern(path: string): boolean {
  return /[*{}]|\.\.\./.test(path)
}

function documents(): string[] {
  const markdown = (folder: string, recursive: boolean) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive, encoding: 'utf8' })
          .filter((name) => name.endsWith('.md'))
          .map((name) => join(folder, name))
      : []
  return [...markdown('.', false), ...markdown('docs', true), 'server/src/README.md']
}

if (import.meta.main) {
  const faults = documents().flatMap((document) =>
    checkDocument(document, readFileSync(join(root, document), 'utf8'), (path) =>
      existsSync(join(root, path)),
    ),
  )
  for (const fault of faults) console.error(fault)
  process.exitCode = faults.length > 0 ? 1 : 0
}
