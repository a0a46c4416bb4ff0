import { connect } from 'node:tls'
import type { DeliveryRole } from '#flow/delivery/create.ts'
import { DeliveryFault } from '#flow/delivery/fault.ts'
import { SmtpClient } from '#flow/delivery/smtp-client.ts'
import type { Target } from '#flow/delivery/target.ts'
import { targetPlace } from '#flow/delivery/target-place.ts'
import { faultOfPeer, type HandshakeFault, troubleOfError } from '#ground/platform/tls/handshake-trouble.ts'
import { Trust } from '#ground/platform/tls/trust.ts'
import type { IdentityProvider } from '#services/access/account-store.ts'
import { describeCertificate } from '#services/access/saml/signing-certificate.ts'
import {
  type CertificateStand,
  CertificateWatch,
  type ProbedPlace,
  type WatchedPlace,
} from '#services/certificates/certificate-watch.ts'
import type { Base } from './base.ts'

/** Doors of this process where certificates are shown. */
export interface TlsDoors {
  /** SMTP and submission with STARTTLS. */
  readonly starttls: readonly number[]
  readonly tls: readonly number[]
}

const probeMs = 10_000
const times = { connectMs: probeMs, commandMs: probeMs, dataMs: probeMs, finalMs: probeMs }
const mostHops = 300
/** The first look comes soon after the start, when doors are open. */
const firstLookMs = 3000
/** What does not do is looked at more often: an alarm that stays when all is well again says what is not true. */
const againMs = 5000

/**
 * Looks at every certificate in use by this process: those that its doors show, those of servers that it must speak
 * to with TLS, and those that identity providers sign with.
 * @param isConsole whether people sign in through this process
 */
export function watchCertificates(
  base: Base,
  doors: () => TlsDoors,
  delivery: DeliveryRole | null,
  isConsole: boolean,
): { readonly stand: CertificateStand; stop(): void } {
  const { config, alarms, snapshot, stores } = base
  const trust = new Trust(config['tls.authorities'], alarms)
  const watch = new CertificateWatch(alarms, () => Date.now())
  let busy = false
  const unlessBusy = async (look: () => Promise<void>) => {
    if (busy) return
    busy = true
    try {
      await look()
    } finally {
      busy = false
    }
  }
  const lookAtAll = async () => {
    const targets = (await delivery?.securedTargets(snapshot.securedHops(mostHops))) ?? []
    await watch.round([
      ...doorsOf(base, doors(), trust),
      ...targets.map((each) => hopPlace(each, base, trust)),
      ...(isConsole ? await stores.accounts.providers().catch(() => []) : []).flatMap(providerPlace),
    ])
  }
  const look = () => void unlessBusy(lookAtAll)
  const lookAgain = () => void unlessBusy(() => watch.lookAgain())
  const everyMs = config['tls.probeEvery']
  const timers = [
    setTimeout(look, Math.min(firstLookMs, everyMs)),
    setInterval(look, everyMs),
    setInterval(lookAgain, Math.min(againMs, everyMs)),
  ]
  return {
    get stand() {
      return watch.stand
    },
    stop() {
      for (const each of timers) clearTimeout(each)
    },
  }
}

function doorsOf({ config }: Base, { starttls, tls }: TlsDoors, trust: Trust): WatchedPlace[] {
  const host = config['site.host']
  // One that we have made ourselves is believed by nobody, and need not be.
  const mustProve = config['tls.certificate'] !== ''
  const judged = (probed: ProbedPlace | null) =>
    probed?.fault && !mustProve && !brokenForAll.has(probed.fault.trouble)
      ? { ...probed, fault: null }
      : probed
  return [
    ...starttls.map((port) => ({
      ...{ name: `our own door at port ${port}`, isOwn: true },
      probe: async () => judged(await probeSmtp(doorTarget(host, port), host, trust)),
    })),
    ...tls.map((port) => ({
      ...{ name: `our own door at port ${port}`, isOwn: true },
      probe: async () => judged(await probeTls(port, host, trust)),
    })),
  ]
}

/** What no client can get along with. */
const brokenForAll = new Set(['expired', 'not-yet-valid', 'no-handshake', 'version', 'no-starttls'])

function doorTarget(host: string, port: number): Target {
  return { protocol: 'smtp', host, ip: '127.0.0.1', port, tls: 'required', identity: null }
}

function hopPlace(target: Target, { config }: Base, trust: Trust): WatchedPlace {
  return {
    ...{ name: `the next hop ${targetPlace(target)}`, isOwn: false },
    async probe() {
      const probed = await probeSmtp(target, config['site.host'], trust)
      // Where TLS is a must and nothing is to be proved, a certificate that proves nothing will do.
      return probed && target.tls !== 'verify' && probed.fault && probed.validTo !== null
        ? { ...probed, fault: null }
        : probed
    },
  }
}

/** The last certificate counts that a provider signs with: it has two while it changes them. */
function providerPlace({ tenant, saml, isOff }: IdentityProvider): WatchedPlace[] {
  if (saml === null || isOff) return []
  const validTo = Math.max(...saml.certificates.map((each) => describeCertificate(each).validTo))
  const probe = async () => ({ fault: null, validTo })
  return [{ name: `the identity provider of tenant:${tenant}`, isOwn: false, probe }]
}

/** A handshake as delivery makes it. Null: nobody answered, or for another reason than TLS. */
async function probeSmtp(target: Target, helo: string, trust: Trust): Promise<ProbedPlace | null> {
  try {
    const client = await SmtpClient.open({ target, helo, localAddress: null, times, trust: trust.context })
    const { peerFault, validTo } = client
    client.quit()
    return { fault: peerFault, validTo }
  } catch (cause) {
    if (!(cause instanceof DeliveryFault) || cause.trouble === null) return null
    return { fault: { trouble: cause.trouble, text: cause.message }, validTo: null }
  }
}

function probeTls(port: number, name: string, trust: Trust): Promise<ProbedPlace | null> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, servername: name, secureContext: trust.context }
    const socket = connect({ ...options, rejectUnauthorized: false }, () => {
      const validTo = Date.parse(socket.getPeerCertificate().valid_to) || null
      const fault: HandshakeFault | null = faultOfPeer(socket)
      socket.destroy()
      resolve({ fault, validTo })
    })
    socket.setTimeout(probeMs, () => socket.destroy(new Error('it took too long')))
    socket.once('error', (cause: NodeJS.ErrnoException) =>
      resolve(
        cause.code === 'ECONNREFUSED'
          ? null
          : {
              fault: { trouble: troubleOfError(cause), text: `the handshake failed: ${cause.message}` },
              validTo: null,
            },
      ),
    )
  })
}
