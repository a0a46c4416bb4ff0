/**
 * Runs all of some steps, one behind the other, also where one fails.
 * @throws Error what one of them threw; where several fail one with the words of all, and an AggregateError as its cause
 */
export async function eachOf(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const faults: unknown[] = []
  for (const step of steps) await step().catch((cause: unknown) => void faults.push(cause))
  if (faults.length === 1) throw faults[0]
  if (faults.length === 0) return
  const words = faults.map((each) => (each instanceof Error ? each.message : String(each)))
  throw new Error(words.join('; '), { cause: new AggregateError(faults) })
}
