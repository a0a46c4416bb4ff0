import { createHash, type KeyObject, sign } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SignatureBundle {
  readonly version: string
  readonly made: string
  readonly files: Readonly<Record<string, string>>
}

/** Writes a bundle as a mirror would; answers its folder. */
export function writeBundle(
  folder: string,
  { version, made, files }: SignatureBundle,
  key: KeyObject,
): string {
  const target = join(folder, version)
  mkdirSync(target, { recursive: true })
  const described = Object.entries(files).map(([name, content]) => {
    writeFileSync(join(target, name), content)
    return { name, size: content.length, sha256: createHash('sha256').update(content).digest('hex') }
  })
  const manifest = Buffer.from(JSON.stringify({ version, made, files: described }))
  writeFileSync(join(target, 'manifest.json'), manifest)
  writeFileSync(join(target, 'manifest.sig'), sign(null, manifest, key).toString('base64'))
  return target
}
