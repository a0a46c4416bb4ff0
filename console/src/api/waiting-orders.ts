/** Later than this somebody wonders whether his press has counted. */
const lateMs = 2000

let late = 0
const listeners = new Set<() => void>()

function change(by: number): void {
  late += by
  for (const each of listeners) each()
}

/** Called when an order is given; what it answers is called when it is known how it ended, sent again or not. */
export function noteOrder(): () => void {
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    change(1)
  }, lateMs)
  return () => {
    clearTimeout(timer)
    if (isLate) change(-1)
  }
}

/** Orders whose answer is late. */
export function readLateOrders(): number {
  return late
}

export function subscribeToLateOrders(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
