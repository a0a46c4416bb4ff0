import { setTimeout as wait } from 'node:timers/promises'
import { runSource } from './run-source.ts'
import type { SyncParts } from './sync-parts.ts'
import type { SyncRun } from './sync-store.ts'

const everyMs = 200
const leaseBeyondMs = 60_000

/** Carries out one run that was ordered, here, and answers what became of it; where a server has taken it meanwhile, waits for that. */
export async function runNow(parts: SyncParts, id: string): Promise<SyncRun | null> {
  const { store, owner, now, limits } = parts
  for (;;) {
    const run = await store.run(id)
    if (run === null || (run.state !== 'queued' && run.state !== 'running')) return run
    const claimed = await store.claimRun(id, owner, now(), limits().timeoutMs + leaseBeyondMs)
    if (claimed === null) await wait(everyMs)
    else await runSource(parts, claimed)
  }
}
