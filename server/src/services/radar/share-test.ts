import { hashSecret, newSecret } from '#services/access/secret.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { RadarOrders } from './radar-parts.ts'
import type { RadarTest } from './radar-store.ts'
import type { Asker } from './start-test.ts'

/** Makes a link to the results of a test that anybody may open who has it; one from before ends. */
export async function shareTest(
  { radar, directory, times, now }: RadarOrders,
  { who, ip }: Pick<Asker, 'who' | 'ip'>,
  { id, tenant }: RadarTest,
): Promise<{ secret: string; until: number }> {
  const secret = newSecret()
  const until = now() + times().linkMs
  if (!(await radar.putLink(id, hashSecret(secret), until)))
    throw new OrderError('not-found', `there is no test ${id}`)
  await directory.recordChange(now(), 'radar-test-shared', who, { test: id, until }, { tenant, ip })
  return { secret, until }
}

/** Ends the link of a test. */
export async function unshareTest(
  { radar, directory, now }: RadarOrders,
  { who, ip }: Pick<Asker, 'who' | 'ip'>,
  { id, tenant }: RadarTest,
): Promise<void> {
  await radar.putLink(id, null, null)
  await directory.recordChange(now(), 'radar-test-unshared', who, { test: id }, { tenant, ip })
}

/** The test of a link; null: there is none, or the link has ended. */
export function sharedTest(
  { readRadar, now }: Pick<RadarOrders, 'readRadar' | 'now'>,
  secret: string,
): Promise<{ readonly test: RadarTest; readonly until: number } | null> {
  return readRadar.byLink(hashSecret(secret), now())
}
