import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '#ground/platform/config/settings.ts'
import { manifestName, signatureName } from '#ground/platform/signed-bundle.ts'
import type { DefinitionFeed } from '#services/definitions/take-feed.ts'

const answerMs = 30_000
const mostBytes = 16 << 20
/** Files that a bundle of definitions may have; which of them it has its manifest says. */
const fileNames = ['set.json', 'content.model']

/** Brings bundles of definitions from a folder, or from a web server that has the same files below one address. */
export function createDefinitionFeed(config: Config, folder: string): DefinitionFeed {
  return {
    source: () => config['definitions.source'],
    publicKey: () => readFileSync(config['definitions.key'], 'utf8'),
    bring: async (source) =>
      /^https?:/.test(source) ? fetchBundle(source, join(folder, 'definitions')) : source,
  }
}

/** Nothing of it is believed here: it is the signature that is looked at, wherever the bytes come from. */
async function fetchBundle(address: string, folder: string): Promise<string> {
  const [target, next] = [join(folder, 'feed'), join(folder, 'feed.new')]
  rmSync(next, { recursive: true, force: true })
  mkdirSync(next, { recursive: true, mode: 0o700 })
  const manifest = await fetchFile(address, manifestName)
  if (existsSync(join(target, manifestName)) && manifest.equals(readFileSync(join(target, manifestName))))
    return target
  writeFileSync(join(next, manifestName), manifest)
  writeFileSync(join(next, signatureName), await fetchFile(address, signatureName))
  for (const name of fileNames.filter((each) => manifest.includes(`"${each}"`)))
    writeFileSync(join(next, name), await fetchFile(address, name))
  rmSync(target, { recursive: true, force: true })
  renameSync(next, target)
  return target
}

async function fetchFile(address: string, name: string): Promise<Buffer> {
  const url = `${address.replace(/\/$/, '')}/${name}`
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(answerMs) })
  if (!response.ok || !response.body) throw new Error(`${url} answers ${response.status}`)
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of response.body) {
    size += piece.length
    if (size > mostBytes) throw new Error(`${url} is larger than ${mostBytes >> 20} MiB`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
