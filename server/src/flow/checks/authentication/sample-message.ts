import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { parseHeader } from '#ground/mail/header.ts'
import { CanonicalHeader } from './dkim/canonical-header.ts'

/** A key pair made for one test run, and the record that publishes it. */
export interface SampleKey {
  readonly key: KeyObject
  readonly pem: string
  readonly record: string
}

/** Makes a key pair. RSA of 1024 bits is the shortest that verifies, and quick to make. */
export function makeSampleKey(type: 'rsa' | 'ed25519' = 'rsa', bits = 1024): SampleKey {
  const { privateKey, publicKey } =
    type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: bits }) : generateKeyPairSync('ed25519')
  const der = publicKey.export({ format: 'der', type: 'spki' })
  const value = (type === 'rsa' ? der : der.subarray(12)).toString('base64')
  return {
    key: privateKey,
    pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    record: `v=DKIM1; k=${type}; p=${value}`,
  }
}

/** A message for tests, with CRLF, in the parts that signatures work on. */
export function readSample(text: string): {
  bytes: Buffer
  header: CanonicalHeader
  bodyStart: number
  relaxedHash: string
} {
  const bytes = Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1')
  const { fields, bodyStart } = parseHeader(bytes)
  const body = bytes.subarray(bodyStart).toString('latin1')
  // A second, plain reading of RFC 6376, 3.4.4, to compare the streaming one with.
  const lines = body
    .replace(/[ \t]+/g, ' ')
    .replace(/ \r\n/g, '\r\n')
    .replace(/ $/, '')
    .replace(/(\r\n)*$/, '')
  const canonical = lines === '' ? '' : `${lines}\r\n`
  const relaxedHash = createHash('sha256').update(Buffer.from(canonical, 'latin1')).digest('base64')
  return { bytes, header: new CanonicalHeader(fields), bodyStart, relaxedHash }
}
