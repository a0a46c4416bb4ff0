import type { SyntheticParts } from '#flow/delivery/probation/create-try-out.ts'
import type { NodeBoard } from '#flow/delivery/probation/node-board.ts'
import type { Base } from './base.ts'
import { composeOwnNotice } from './own-notice.ts'

/** What a process that sends is tried out with, and where it sees the others. */
export function probationParts(base: Base): {
  readonly board: NodeBoard
  readonly synthetic: SyntheticParts
  readonly snapshot: () => number | null
} {
  const { config, snapshot, stores, instance } = base
  return {
    board: {
      tell: (...told) => stores.processes.tell(...told),
      nodes: () => stores.readProcesses.nodes(),
      hurry: (...asked) => stores.processes.hurry(...asked),
    },
    synthetic: {
      addresses: config['node.syntheticTo'],
      isOurs: (domain) => snapshot.isOurs(domain),
      laneFlow: (forMs) => stores.readLaneFlow.sums(Date.now() - forMs),
      compose: (to) =>
        composeOwnNotice(
          {
            to,
            tenant: tenantOf(base, to),
            subject: `Synthetic message of ${config['node.name']}`,
            lines: [
              'This message was sent by a process that has just started, to see whether its way is open.',
              'Nobody has to read it.',
            ],
            facts: { synthetic: instance },
            kind: 'auto-generated',
          },
          config,
          Date.now(),
        ),
    },
    snapshot: () => snapshot.version(),
  }
}

/** Whose mail it is in the books: that of the address, where it is one of ours. */
function tenantOf({ snapshot }: Base, address: string): string {
  const at = address.lastIndexOf('@')
  const found = snapshot.lookup(address.slice(0, at), address.slice(at + 1).toLowerCase())
  return 'tenant' in found ? found.tenant : ''
}
