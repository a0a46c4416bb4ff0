import { createHash, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import forge from 'node-forge'

export interface LeafWish {
  /** Names that it proves; IP addresses as they are. */
  readonly names: readonly string[]
  /** Days from now; a day ago to ninety days from now where absent. */
  readonly from?: number
  readonly until?: number
  /** What the server sends along: `whole` with the intermediate (the default), `leaf` without, `root` with both. */
  readonly sends?: 'leaf' | 'whole' | 'root'
}

export interface Leaf {
  /** The chain as a server sends it, and its key, in PEM. */
  readonly cert: string
  readonly key: string
}

const dayMs = 86_400_000

/** A private certificate authority of a test: a root, an intermediate below it, and what that has signed. */
export class TestAuthority {
  readonly root: string
  readonly intermediate: string
  readonly #leafKey = newKey()
  readonly #intermediateKey = newKey()
  readonly #name: string

  constructor(name = 'Test') {
    this.#name = name
    const rootKey = newKey()
    const rootName = `${name} root`
    this.root = sign({ subject: rootName, issuer: rootName, key: rootKey, signer: rootKey, ca: true })
    this.intermediate = sign({
      subject: `${name} intermediate`,
      issuer: rootName,
      key: this.#intermediateKey,
      signer: rootKey,
      ca: true,
    })
  }

  leaf({ names, from, until, sends = 'whole' }: LeafWish): Leaf {
    const own = sign({
      subject: names[0] ?? '',
      issuer: `${this.#name} intermediate`,
      key: this.#leafKey,
      signer: this.#intermediateKey,
      names,
      ...(from !== undefined && { from }),
      ...(until !== undefined && { until }),
    })
    const more = { leaf: [], whole: [this.intermediate], root: [this.intermediate, this.root] }[sends]
    return { cert: [own, ...more].join(''), key: this.#leafKey.pem }
  }

  /** A key that belongs to none of its certificates. */
  otherKey(): string {
    return newKey().pem
  }

  /** Writes what is to be trusted into a folder of the test; answers the file. */
  writeRoot(folder: string): string {
    const file = join(folder, `${this.#name}.pem`)
    writeFileSync(file, this.root)
    return file
  }
}

/** The digest that a TLSA record with selector 1 and matching type 1 has, of the first certificate of a PEM text. */
export function keyDigest(pem: string): string {
  const der = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('hex')
}

interface Key {
  readonly pem: string
  readonly private: forge.pki.rsa.PrivateKey
}

function newKey(): Key {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return { pem: privateKey, private: forge.pki.privateKeyFromPem(privateKey) }
}

interface Order {
  readonly subject: string
  readonly issuer: string
  readonly key: Key
  readonly signer: Key
  readonly ca?: true
  readonly names?: readonly string[]
  readonly from?: number
  readonly until?: number
}

function sign({ subject, issuer, key, signer, ca, names = [], from = -1, until = 90 }: Order): string {
  const made = forge.pki.createCertificate()
  made.publicKey = forge.pki.setRsaPublicKey(key.private.n, key.private.e)
  made.serialNumber = `4${randomBytes(15).toString('hex').slice(1)}`
  made.validity.notBefore = new Date(Date.now() + from * dayMs)
  made.validity.notAfter = new Date(Date.now() + until * dayMs)
  made.setSubject([{ name: 'commonName', value: subject }])
  made.setIssuer([{ name: 'commonName', value: issuer }])
  made.setExtensions([
    ...(ca
      ? [
          { name: 'basicConstraints', cA: true, critical: true },
          { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
        ]
      : []),
    ...(names.length > 0 ? [{ name: 'subjectAltName', altNames: names.map(altName) }] : []),
  ])
  made.sign(signer.private, forge.md.sha256.create())
  return forge.pki.certificateToPem(made).replaceAll('\r\n', '\n')
}

function altName(name: string): object {
  return /^[\d.]+$/.test(name) ? { type: 7, ip: name } : { type: 2, value: name }
}
