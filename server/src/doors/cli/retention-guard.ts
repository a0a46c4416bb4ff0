import type { RetentionGuard } from '#services/retention/guard-retention.ts'
import { type Arguments, UseError } from './arguments.ts'
import type { Site } from './site.ts'

/** What asks before mail is kept shorter. */
export function guardOf({ policy, loaded, countLeaving }: Site): RetentionGuard {
  return { policy, config: loaded.config, countLeaving }
}

/** How many messages may leave at once, by `--leaving`. @throws UseError */
export function leavingOf(given: Arguments): number {
  const text = given.text('leaving') ?? '0'
  if (!/^[0-9]{1,8}$/.test(text)) throw new UseError('write --leaving with a number of messages')
  return Number(text)
}
