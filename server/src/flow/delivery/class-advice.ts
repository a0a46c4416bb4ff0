import { type BounceClass, bounceClasses } from '#ground/bounces/bounce-classes.ts'
import type { DsnKind } from '#ground/mail/dsn.ts'

/** Classes that say less than the status beside them. */
const vague: readonly BounceClass[] = ['unknown', 'protocol', 'expired', 'network']

const waiting = 'You need not do anything.'

/**
 * What a sender is told of a delivery that failed or waits, by the class of the receiver's answer; null: its status says
 * as much. The class knows the words of the receiver, which often mean something else than the status that they come with.
 */
export function classAdvice(
  kind: DsnKind,
  found: BounceClass | undefined,
): { readonly why: string; readonly advice: string } | null {
  if (found === undefined || vague.includes(found) || (kind !== 'failed' && kind !== 'delayed')) return null
  const { meaning, advice } = bounceClasses[found]
  if (kind === 'failed' && advice === '') return null
  const why = `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`
  return { why, advice: kind === 'delayed' ? waiting : advice }
}
