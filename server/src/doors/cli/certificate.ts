import { readFileSync } from 'node:fs'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import { createLog } from '#ground/platform/log.ts'
import { Trust } from '#ground/platform/tls/trust.ts'
import { installCertificate } from '#services/certificates/install-certificate.ts'
import { type JudgedCertificate, judgeCertificate } from '#services/certificates/judge-certificate.ts'
import { type Arguments, UseError } from './arguments.ts'
import type { GroupCommand } from './group-command.ts'
import type { Output } from './output.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'

const options = { name: { type: 'string' } } as const
const mostBytes = 1 << 20

const check: SiteCommand = {
  name: 'check',
  summary: 'judges a certificate and changes nothing',
  help: `Usage: mailkeep certificate check [FILE...] [--name HOST]
Judges a certificate with its key, both in PEM, in one file or several; without files the one in use. Form, key, dates
and name (site.host, or --name) are looked at, and then a real handshake with the settings that our own clients have
(tls.authorities). Exit code 1: something speaks against it.`,
  options,
  async run(site, given, out) {
    const files = given.words.length > 0 ? given.words : [site.certificatePath, site.keyPath]
    const judged = await judge(site, given, files)
    const isInUse = given.words.length === 0
    tell(judged, out, 'Nothing speaks against it.', isInUse ? 'This is the certificate in use.' : undefined)
    return judged.faults.length > 0 ? 1 : 0
  },
}

const install: SiteCommand = {
  name: 'install',
  summary: 'takes a certificate into use, unless something speaks against it',
  help: `Usage: mailkeep certificate install FILE... [--name HOST]
Judges a certificate like "certificate check". One with a fault is refused, and the one in use stays. A good one is
written where the server reads it (tls.certificate and tls.key, or the data folder); it is in use within seconds,
without a restart, and no connection is dropped. The files before stay beside it, as .before.`,
  options,
  async run(site, given, out) {
    if (given.words.length === 0) throw new UseError('name the files with the certificate and its key')
    const judged = await judge(site, given, given.words)
    if (judged.faults.length > 0) {
      tell(judged, out, '')
      return 1
    }
    const { access, certificatePath, keyPath, who } = site
    await installCertificate({ access, certificatePath, keyPath, at: Date.now(), who }, judged)
    tell(judged, out, `It is installed as ${certificatePath}, and in use within seconds.`)
    return 0
  },
}

function judge(site: Site, given: Arguments, files: readonly string[]): Promise<JudgedCertificate> {
  const pem = files.map(readPem).join('\n')
  const { config } = site.loaded
  const trust = new Trust(
    config['tls.authorities'],
    createAlarms(systemClock, createLog('error', 'certificate')),
  )
  return judgeCertificate(pem, given.text('name') ?? config['site.host'], trust.context, Date.now())
}

function readPem(file: string): string {
  try {
    const bytes = readFileSync(file)
    if (bytes.length > mostBytes) throw new Error('it is too large')
    return bytes.toString('latin1')
  } catch (cause) {
    throw new UseError(`${file} cannot be read: ${(cause as Error).message}`)
  }
}

/** @param refused the last line where something speaks against it, @param end where nothing does */
function tell(
  { names, issuer, validTo, faults }: JudgedCertificate,
  out: Output,
  end: string,
  refused = 'The certificate in use stays.',
): void {
  const until = validTo === null ? null : new Date(validTo).toISOString()
  const lines = [
    ...(names === '' ? [] : [`Certificate for ${names}, issued by ${issuer}, valid until ${until}.`]),
    ...faults.map((each) => `Refused (${each.kind}): ${each.text}`),
    faults.length > 0 ? refused : end,
  ]
  out.answer({ names, issuer, validTo: until, faults, ok: faults.length === 0 }, lines.join('\n'))
}

/** `./mailkeep certificate`. */
export const command: GroupCommand = {
  name: 'certificate',
  summary: 'the certificate of our doors: judges one, takes one into use',
  verbs: [check, install],
}
