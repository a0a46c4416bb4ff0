import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/**
 * A copy of the program that differs from this one, to run both side by side.
 * @param rewrite files that differ, and what becomes of their text
 * @throws Error where a rewritten file stays as it was
 */
export function makeOtherVersion(
  rewrite: Readonly<Record<string, (text: string) => string>>,
): Disposable & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-version-'))
  const parts = ['mailkeep', 'package.json', 'server', 'contract', 'console/dist']
  for (const each of parts.filter((part) => existsSync(join(root, part))))
    cpSync(join(root, each), join(folder, each), {
      recursive: true,
      filter: (path) => !path.endsWith('.test.ts') && !path.includes('node_modules'),
    })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const [file, change] of Object.entries(rewrite)) {
    const text = readFileSync(join(folder, file), 'utf8')
    const changed = change(text)
    if (changed === text) throw new Error(`${file} is as it was`)
    writeFileSync(join(folder, file), changed)
  }
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}
