import { createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A file of a bundle, as its manifest promises it. */
export interface BundleFile {
  readonly name: string
  readonly size: number
  readonly sha256: string
}

/** A set of virus signatures as somebody signed it. */
export interface Bundle {
  readonly folder: string
  readonly version: string
  readonly made: number
  readonly files: readonly BundleFile[]
}

export class BundleError extends Error {
  readonly code = 'bad-bundle'
  constructor(text: string) {
    super(text)
    this.name = 'BundleError'
  }
}

const most = { manifest: 1 << 20, files: 200, bytes: 4 * 2 ** 30 }
/** Endings of files that clamd loads; others could be anything, such as settings or scripts. */
const endings =
  /\.(?:cvd|cld|cud|hdb|hsb|hdu|hsu|mdb|msb|ndb|ndu|ldb|ldu|idb|cdb|fp|sfp|pdb|wdb|gdb|ftm|ign2?|crb)$/

/**
 * Reads the manifest of a bundle: `manifest.json` (version, made, files with name, size and sha256) and
 * `manifest.sig`, its Ed25519 signature in base64. Nothing of it is believed before the signature holds.
 * @throws BundleError that says what is wrong
 */
export function readBundle(folder: string, publicKey: string): Bundle {
  const manifest = readPart(folder, 'manifest.json')
  const signature = Buffer.from(readPart(folder, 'manifest.sig').toString('latin1'), 'base64')
  if (!isSigned(manifest, signature, publicKey))
    throw new BundleError(`the signature of ${folder} does not hold (antivirus.signaturesKey)`)
  const { version, made, files } = parse(manifest)
  if (typeof version !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/.test(version))
    throw new BundleError('version must be a name of up to 64 letters, digits, points and dashes')
  const at = typeof made === 'string' ? Date.parse(made) : Number.NaN
  if (Number.isNaN(at)) throw new BundleError('made must be a time, such as 2026-11-21T10:00:00Z')
  if (!Array.isArray(files) || files.length === 0 || files.length > most.files)
    throw new BundleError(`files must be a list of up to ${most.files}`)
  const read = files.map(readFile)
  if (read.reduce((sum, each) => sum + each.size, 0) > most.bytes)
    throw new BundleError('its files are larger than 4 GiB')
  return { folder, version, made: at, files: read }
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

function readFile(entry: unknown): BundleFile {
  const { name, size, sha256 } = (entry ?? {}) as Record<string, unknown>
  if (typeof name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name) || !endings.test(name))
    throw new BundleError(`${JSON.stringify(name)} is no name of a signature file`)
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 0)
    throw new BundleError(`the size of ${name} must be a whole number`)
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))
    throw new BundleError(`the sha256 of ${name} must be 64 hexadecimal digits`)
  return { name, size, sha256 }
}
