import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A file of a bundle, as its manifest promises it. */
export interface BundleFile {
  readonly name: string
  readonly size: number
  readonly sha256: string
}

/** Files that somebody signed: virus signatures, definitions. */
export interface Bundle {
  readonly folder: string
  readonly version: string
  readonly made: number
  readonly files: readonly BundleFile[]
}

/** What a bundle may hold. */
export interface BundleRules {
  /** Setting that names the key, for whoever has to mend it. */
  readonly keySetting: string
  /** What its files are called, for people: a signature file. */
  readonly called: string
  /** Names of files that are expected; others could be anything, such as settings or scripts. */
  readonly fileName: RegExp
  readonly mostBytes: number
}

export class BundleError extends Error {
  readonly code = 'bad-bundle'
  constructor(text: string) {
    super(text)
    this.name = 'BundleError'
  }
}

export const manifestName = 'manifest.json'
export const signatureName = 'manifest.sig'
const most = { manifest: 1 << 20, files: 200 }

/**
 * Reads the manifest of a bundle: `manifest.json` (version, made, files with name, size and sha256) and
 * `manifest.sig`, its Ed25519 signature in base64. Nothing of it is believed before the signature holds.
 * @throws BundleError that says what is wrong
 */
export function readBundle(folder: string, publicKey: string, rules: BundleRules): Bundle {
  const manifest = readPart(folder, manifestName)
  const signature = Buffer.from(readPart(folder, signatureName).toString('latin1'), 'base64')
  if (!isSigned(manifest, signature, publicKey))
    throw new BundleError(`the signature of ${folder} does not hold (${rules.keySetting})`)
  const { version, made, files } = parse(manifest)
  if (typeof version !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/.test(version))
    throw new BundleError('version must be a name of up to 64 letters, digits, points and dashes')
  const at = typeof made === 'string' ? Date.parse(made) : Number.NaN
  if (Number.isNaN(at)) throw new BundleError('made must be a time, such as 2026-11-21T10:00:00Z')
  if (!Array.isArray(files) || files.length === 0 || files.length > most.files)
    throw new BundleError(`files must be a list of up to ${most.files}`)
  const read = files.map((each) => readEntry(each, rules))
  if (read.reduce((sum, each) => sum + each.size, 0) > rules.mostBytes)
    throw new BundleError(`its files are larger than ${rules.mostBytes / 2 ** 20} MiB`)
  return { folder, version, made: at, files: read }
}

/** The content of a file of a bundle. @throws BundleError where it is not what the manifest promises */
export function readBundleFile(bundle: Bundle, name: string): Buffer {
  const file = bundle.files.find((each) => each.name === name)
  if (!file) throw new BundleError(`the bundle ${bundle.version} has no ${name}`)
  let content: Buffer
  try {
    content = readFileSync(join(bundle.folder, name))
  } catch (cause) {
    throw new BundleError(`${name} cannot be read: ${(cause as Error).message}`)
  }
  if (content.length !== file.size || createHash('sha256').update(content).digest('hex') !== file.sha256)
    throw new BundleError(`${name} is damaged: it is not what the manifest promises`)
  return content
}

function readPart(folder: string, name: string): Buffer {
  try {
    const bytes = readFileSync(join(folder, name))
    if (bytes.length <= most.manifest) return bytes
  } catch (cause) {
    throw new BundleError(`${join(folder, name)} cannot be read: ${(cause as Error).message}`)
  }
  throw new BundleError(`${join(folder, name)} is too large`)
}

function isSigned(manifest: Buffer, signature: Buffer, publicKey: string): boolean {
  try {
    const key = createPublicKey(publicKey)
    return key.asymmetricKeyType === 'ed25519' && verify(null, manifest, key, signature)
  } catch {
    return false
  }
}

function parse(manifest: Buffer): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(manifest.toString('utf8'))
    if (typeof found === 'object' && found !== null) return found as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw new BundleError('manifest.json is no JSON object')
}

function readEntry(entry: unknown, { fileName, called }: BundleRules): BundleFile {
  const { name, size, sha256 } = (entry ?? {}) as Record<string, unknown>
  if (typeof name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name) || !fileName.test(name))
    throw new BundleError(`${JSON.stringify(name)} is no name of ${called}`)
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 0)
    throw new BundleError(`the size of ${name} must be a whole number`)
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))
    throw new BundleError(`the sha256 of ${name} must be 64 hexadecimal digits`)
  return { name, size, sha256 }
}
