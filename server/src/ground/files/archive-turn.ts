let last: Promise<void> = Promise.resolve()

/**
 * Waits until no other message has an archive open in this thread, since each may take much memory. Whoever has the
 * turn must give it back by calling what is returned, and may open archives within archives meanwhile.
 */
export async function takeArchiveTurn(): Promise<() => void> {
  const before = last
  const { promise, resolve } = Promise.withResolvers<void>()
  last = promise
  await before
  return resolve
}
