/**
 * CPU of the check `authentication` for one message, beside the library mailauth doing the same work: SPF, DKIM, ARC
 * and DMARC from an answer table in memory. Prints milliseconds of CPU and the ratio; needs no network.
 *
 *   node bench/authentication.ts
 */
import { generateKeyPairSync } from 'node:crypto'
import { arc } from 'mailauth/lib/arc/index.js'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { evaluateDmarc } from 'mailauth/lib/dmarc/verify.js'
import { spf } from 'mailauth/lib/spf/index.js'
import { authCheck } from '../server/src/flow/checks/authentication/auth-check.ts'
import { authentication } from '../server/src/flow/checks/authentication/authentication.ts'
import { parseHeader } from '../server/src/ground/mail/header.ts'
import { readZone } from '../server/src/ground/platform/dns/zone.ts'
import { createZoneResolver } from '../server/src/ground/platform/dns/zone-resolver.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const zone: Record<string, Record<string, unknown>> = {
  'a.test': { TXT: ['v=spf1 include:_spf.a.test -all'] },
  '_spf.a.test': { TXT: ['v=spf1 ip4:192.0.2.0/24 ~all'] },
  '_dmarc.a.test': { TXT: ['v=DMARC1; p=reject'] },
  's._domainkey.a.test': {
    TXT: [`v=DKIM1; k=rsa; p=${publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`],
  },
}
const arrival = { ip: '192.0.2.1', helo: 'mx.a.test', mailFrom: 'u@a.test' }
const signal = new AbortController().signal

const header =
  'From: A <u@a.test>\r\nTo: b@b.test\r\nSubject: hello there\r\nDate: Fri, 1 Jan 2021 00:00:00 +0000\r\nMessage-ID: <1@a.test>\r\n'
const line = 'The quick brown fox jumps over the lazy dog, once again and again =20\r\n'
const plain = `${header}\r\n${line.repeat(560)}`

async function signed(text: string): Promise<string> {
  const request = {
    op: 'sign',
    ...arrival,
    message: Buffer.from(text),
    dns: {},
    domain: 'a.test',
    selector: 's',
    key,
    nowSeconds: 1_700_000_000,
  } as const
  const { answer } = await authCheck(request, signal)
  return `${(answer as { headers: string[] }).headers.join('\r\n')}\r\n${text}`
}

const resolver = createZoneResolver(readZone(zone))
const settings = {
  host: 'mx.test',
  dmarc: 'enforce',
  temperror: 'defer',
  arcTrusted: [],
  arcSeal: null,
  traceKey: '',
}

function ours(bytes: Buffer): () => Promise<unknown> {
  const { fields, bodyStart } = parseHeader(bytes)
  const read = async function* () {
    yield bytes
  }
  const message = { id: 'x', size: bytes.length, arrival, header: fields, mime: { bodyStart }, read } as never
  return async () => authentication.run(message, { resolver, now: Date.now, settings, signal } as never)
}

function theirs(bytes: Buffer): () => Promise<unknown> {
  const lookUp = async (name: string, type: string) => {
    const records = zone[name]?.[type] as string[] | undefined
    if (!records) throw Object.assign(new Error('none'), { code: zone[name] ? 'ENODATA' : 'ENOTFOUND' })
    return type === 'TXT' ? records.map((text) => [text]) : records
  }
  return async () => {
    const sender = await spf({
      resolver: lookUp,
      ip: arrival.ip,
      helo: arrival.helo,
      sender: arrival.mailFrom,
      mta: 'mx.test',
    })
    const {
      arc: chain,
      results,
      headerFrom,
      fromFields,
    } = await dkimVerify(bytes, { resolver: lookUp, sender: arrival.mailFrom })
    const arcResult = await arc(chain, { resolver: lookUp })
    const dkimDomains = results
      .filter((each) => each.status.result === 'pass')
      .map((each) => each.signingDomain)
    return evaluateDmarc({
      headerFrom,
      fromFields,
      spfDomains: [sender.domain],
      dkimDomains,
      arcResult,
      resolver: lookUp,
    })
  }
}

async function cpuOf(run: () => Promise<unknown>, times: number): Promise<number> {
  for (let i = 0; i < times / 4; i++) await run()
  const before = process.cpuUsage()
  for (let i = 0; i < times; i++) await run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / times
}

const messages = {
  'unsigned, 39 KB': plain,
  'signed (RSA 2048), 39 KB': await signed(plain),
  'signed (RSA 2048), 1 KB': await signed(`${header}\r\nhello\r\n`),
}
for (const [name, text] of Object.entries(messages)) {
  const bytes = Buffer.from(text)
  const [one, other] = [await cpuOf(ours(bytes), 4000), await cpuOf(theirs(bytes), 2000)]
  console.log(
    `${name.padEnd(26)} ${one.toFixed(3)} ms   mailauth ${other.toFixed(3)} ms   ratio ${(other / one).toFixed(1)}`,
  )
}
