/** Since when the server has not answered; null: it does. Milliseconds since 1970. */
let lostSince: number | null = null
const listeners = new Set<() => void>()

/** Called with every question: whether anything of ours has answered it. */
export function noteAnswer(answered: boolean): void {
  const before = lostSince
  lostSince = answered ? null : (lostSince ?? Date.now())
  if (before !== lostSince) for (const each of listeners) each()
}

export function readLostSince(): number | null {
  return lostSince
}

export function subscribeToConnection(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
