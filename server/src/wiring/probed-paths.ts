import type { SubmissionPorts } from '#flow/gateway/create.ts'
import { type LoopKind, loopKinds } from '#ground/mail/probe-address.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { isTemporary } from '#ground/platform/dns/resolver.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import type { CertificateStand } from '#services/certificates/certificate-watch.ts'
import type { ProbedComponent, ProbeTry } from '#services/watch/probe-store.ts'
import type { Base } from './base.ts'
import { placeOfDoor } from './hand-in.ts'
import { type LoopDoors, loopComponents, loopDeadlineOf, sendRound } from './probe-loops.ts'
import { addressTries, type Leaving } from './try-addresses.ts'
import { contentTry } from './try-content.ts'
import { type DoorKind, tryDoor } from './try-door.ts'
import { type PageTry, pageTries } from './try-pages.ts'

/** What a process is there with at a moment. */
export interface ProbedHere {
  /** Ports of its gateway, in the order of the setting; none: it has no gateway. */
  readonly smtpPorts: readonly number[]
  /** Those where people log in to send. */
  readonly submissionPorts: Pick<SubmissionPorts, 'starttls'>
  /** `host:port` of the console's pages; none: it has none. */
  readonly pages: readonly string[]
  /** What looking at the certificates in use came to last. */
  readonly certificates: { readonly stand: CertificateStand }
}

/** What a process tries of itself. */
export interface ProbedParts {
  readonly here: () => ProbedHere
  /** Asks DNS anew each time; null: it asks nobody. */
  readonly resolver: Pick<Resolver, 'lookup'> | null
  readonly hasJobs: boolean
  /** Where its mail leaves; null: it delivers none. */
  readonly leaving: (() => Leaving) | null
  /** What the node runs here, where it runs several processes: each asks DNS and reaches its disk by itself. */
  readonly roles: readonly string[]
}

export interface Tried extends Pick<ProbeTry, 'stage' | 'steps'> {
  /** What was wrong; null: nothing. */
  readonly failed: string | null
  /** Nobody can tell. */
  readonly isUnknown?: true
}

export interface ProbedPath {
  readonly component: ProbedComponent
  readonly path: string
  /** How long a try may take, where that is not 30 s; then it has failed. */
  readonly longestMs?: number
  /** Null: there is nothing to try now. */
  readonly run: () => Promise<Tried | null>
}

const lookUpMs = 10_000
/** A loop that can say itself where it has stopped is given the time to say so. */
const graceMs = 5000

/** What this process tries, as it stands at each round. */
export function probedPaths(base: Base, parts: ProbedParts, node: string): () => ProbedPath[] {
  const { here, resolver, leaving, hasJobs } = parts
  const own = ownPlace(base.config, parts.roles, node)
  const content = contentTry(base)
  const seen = pageTries(base.config)
  const dns: ProbedPath[] = resolver
    ? [{ component: 'dns', path: own, run: () => lookUp(resolver, base.config['site.host']) }]
    : []
  const addresses: ProbedPath[] = leaving
    ? [
        {
          component: 'outbound',
          path: `sending addresses ${own}`,
          run: addressTries(leaving, base.config['site.host']),
        },
      ]
    : []
  return () => {
    const { smtpPorts, pages } = here()
    const isDoor = smtpPorts.length > 0
    return [
      ...(isDoor ? doorsOf(base, here, node, own) : []),
      ...dns,
      ...addresses,
      ...(isDoor || hasJobs ? [{ component: 'content' as const, path: own, run: content }] : []),
      ...(hasJobs ? booksOf(base, node) : []),
      ...seen(pages, hasJobs).map(
        ({ name, run }: PageTry): ProbedPath => ({ component: 'pages', path: `${name} at ${node}`, run }),
      ),
    ]
  }
}

/** Names a process among those of its node: what one of them can do says nothing of another. */
function ownPlace(config: Base['config'], roles: readonly string[], node: string): string {
  // Several gateways of one node each have an address of their own; of those that only send nothing but the number.
  if (roles.includes('gateway')) return `by ${config['gateway.listen'][0] ?? ''} at ${node}`
  const what = roles.join(' and ')
  return roles.includes('jobs') ? `${what} at ${node}` : `${what} ${process.pid} at ${node}`
}

/** Of a process with doors for mail: each door, what goes round through them, and what they show. */
function doorsOf(base: Base, here: ProbedParts['here'], node: string, own: string): ProbedPath[] {
  const { config } = base
  const loop = (kind: LoopKind): ProbedPath => ({
    ...{ component: loopComponents[kind], path: `${loopNames[kind]} ${own}` },
    longestMs: loopDeadlineOf(config) + graceMs,
    run: () => sendRound(kind, base, portsOf(here())),
  })
  const doors = (kind: DoorKind, named: readonly string[], ports: readonly number[]) =>
    ports.map(
      (port, index): ProbedPath => ({
        ...{ component: kind === 'mx' ? 'inbound' : 'outbound' },
        path: `door ${withPort(named[index] ?? '', port)} of ${node}`,
        run: () => tryDoor(placeOfDoor(named[index] ?? '', port), config['site.host'], kind),
      }),
    )
  return [
    ...doors('mx', config['gateway.listen'], here().smtpPorts),
    ...doors('submission', config['submission.listen'], here().submissionPorts.starttls),
    ...loopKinds.map(loop),
    {
      ...{ component: 'certificates', path: `doors ${own}` },
      run: async () => standOf(here().certificates.stand, config['tls.probeEvery']),
    },
  ]
}

/** A door as its setting names it, with the port that it has got. */
const withPort = (door: string, port: number) => `${door.slice(0, door.lastIndexOf(':') + 1)}${port}`

const portsOf = ({ smtpPorts, submissionPorts }: ProbedHere): LoopDoors => ({
  mx: smtpPorts,
  submission: submissionPorts.starttls,
})

const loopNames: Readonly<Record<LoopKind, string>> = {
  in: 'round trip',
  out: 'round trip',
  aside: 'set aside and released',
}

/** Of a process with the jobs: lists that people look at. */
function booksOf({ stores }: Base, node: string): ProbedPath[] {
  return [
    {
      ...{ component: 'quarantine', path: `list at ${node}` },
      async run() {
        await stores.readQuarantine.list({}, 1)
        return { failed: null }
      },
    },
    {
      ...{ component: 'logs', path: node },
      async run() {
        await stores.ledger.find({ limit: 1 })
        return { failed: null }
      },
    },
  ]
}

/** What was seen so long ago says nothing any more. */
function standOf({ at, faults }: CertificateStand, everyMs: number): Tried | null {
  if (at === null) return null
  if (Date.now() - at > 3 * everyMs) return { failed: `looked at last at ${utcWords(at)}`, isUnknown: true }
  return { failed: faults[0] ?? null }
}

/** Any answer will do, also that there is none such. */
async function lookUp(resolver: Pick<Resolver, 'lookup'>, name: string): Promise<Tried> {
  const started = performance.now()
  const answer = await resolver.lookup(name, 'A')
  if (isTemporary(answer)) return { failed: 'reason' in answer ? answer.reason : answer.status }
  const tookMs = performance.now() - started
  return { failed: tookMs > lookUpMs ? `an answer took ${Math.round(tookMs)} ms` : null }
}
