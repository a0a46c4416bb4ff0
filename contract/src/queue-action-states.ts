/** States of a delivery that each order for the queue starts from. A pure file: the server acts by it, the console offers by it. */
export const queueActionFrom = {
  retry: ['waiting'],
  hold: ['waiting'],
  release: ['held'],
  reroute: ['waiting', 'held'],
  return: ['waiting', 'held'],
  resend: ['returned'],
} as const
