import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { AccessStore } from '#services/access/access-store.ts'
import type { JudgedCertificate } from './judge-certificate.ts'

export interface InstallOrder {
  readonly access: Pick<AccessStore, 'record'>
  /** Where the server reads them. */
  readonly certificatePath: string
  readonly keyPath: string
  readonly at: number
  readonly who: string
}

/**
 * Puts a certificate without a fault where the server reads it; those before stay beside it as `.before`. The server
 * takes it into use within seconds, without a restart and without dropping a connection.
 * @throws Error where the files cannot be written; then those before are in use
 */
export async function installCertificate(order: InstallOrder, judged: JudgedCertificate): Promise<void> {
  const { certificatePath, keyPath, at, who } = order
  if (judged.faults.length > 0) throw new Error('a certificate with faults is not installed')
  const files = [
    { path: keyPath, text: judged.key, mode: 0o600 },
    { path: certificatePath, text: judged.chain, mode: 0o644 },
  ]
  // All is on the disk before anything takes a place: a full disk must not leave half of it.
  for (const { path, text, mode } of files) writeDurably(`${path}.new`, text, mode)
  for (const { path } of files) if (existsSync(path)) keepBefore(path)
  // Each takes the place of the one before in one step: a server that starts in between must find a certificate.
  for (const { path } of files) renameSync(`${path}.new`, path)
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) syncFolder(folder)
  await order.access.record({
    at,
    what: 'certificate-install',
    who,
    tenant: null,
    ip: '',
    detail: { file: certificatePath, names: judged.names, issuer: judged.issuer, validTo: judged.validTo },
  })
}

/** A copy, with the rights of the original: the one in use stays where it is. */
function keepBefore(path: string): void {
  rmSync(`${path}.before`, { force: true })
  copyFileSync(path, `${path}.before`)
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function writeDurably(path: string, text: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const file = openSync(path, 'w', mode)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
