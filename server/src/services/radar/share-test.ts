import { hashSecret, newSecret } from '#services/access/secret.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { RadarOrders } from './radar-parts.ts'
import { inRadar, type RadarTest } from './radar-store.ts'
import type { Asker } from './start-test.ts'

/** Makes a link to the results of a test that anybody may open who has it; one from before ends. */
export async function shareTest(
  { directory, times, now }: RadarOrders,
  { who, ip }: Pick<Asker, 'who' | 'ip'>,
  { id, tenant }: RadarTest,
): Promise<{ secret: string; until: number }> {
  const secret = newSecret()
  const at = now()
  const until = at + times().linkMs
  const share = inRadar.putLink(id, hashSecret(secret), until)
  const line = { what: 'radar-test-shared', tenant, detail: { test: id, until } }
  if (!(await changeRecorded({ directory, at, who, ip }, share, line)))
    throw new OrderError('not-found', `there is no test ${id}`)
  return { secret, until }
}

/** Ends the link of a test. */
export async function unshareTest(
  { directory, now }: RadarOrders,
  { who, ip }: Pick<Asker, 'who' | 'ip'>,
  { id, tenant }: RadarTest,
): Promise<void> {
  const end = inRadar.putLink(id, null, null)
  const line = { what: 'radar-test-unshared', tenant, detail: { test: id } }
  await changeRecorded({ directory, at: now(), who, ip }, end, line)
}

/** The test of a link; null: there is none, or the link has ended. */
export function sharedTest(
  { readRadar, now }: Pick<RadarOrders, 'readRadar' | 'now'>,
  secret: string,
): Promise<{ readonly test: RadarTest; readonly until: number } | null> {
  return readRadar.byLink(hashSecret(secret), now())
}
