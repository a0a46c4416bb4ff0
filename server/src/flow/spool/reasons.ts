/**
 * Why a delivery is in its state: a closed list, stored with it and with each ledger event,
 * so that "why is this mail here?" never needs a log file.
 */
export const reasons = {
  'just-accepted': 'accepted and due at once',
  inspecting: 'accepted; checks go on behind the answer',
  deferred: 'the next hop refused for now, or could not be reached',
  'own-hop-down': 'a next hop of our own cannot be reached; this time does not count towards expiry',
  'next-hop-is-ourselves': 'the route leads back to this site; waits until it is mended',
  'no-route': 'the route cannot be found for now',
  'take-over': 'the node that worked on it went away',
  'released-from-quarantine': 'a person let it go',
  'released-from-hold': 'a person let it go',
  'retried-by-hand': 'a person asked for an attempt now',
  'rerouted-by-hand': 'a person chose another next hop',
  resent: 'sent again after it was returned',
  poison: 'killed or stalled two inspection threads; parked for the operator',
  'body-damaged': 'the stored content does not match its checksum; parked for the operator',
  'mail-loop': 'came through here too often',
  'held-by-hand': 'a person stopped it',
  'dmarc-quarantine': 'the sender domain asks to quarantine what it did not authenticate',
  unscanned: 'a check could not finish in time',
  score: 'the score of its findings reached the tolerance of its recipient',
  virus: 'an antivirus scanner found something in it',
  withdrawn: 'written too late: its client heard 451 and comes again',
  policy: 'a rule or check asked for it',
  delivered: 'the next hop took it',
  'refused-by-receiver': 'the receiver refused it for good',
  expired: 'could not be delivered within its life',
  'returned-by-hand': 'a person gave it back to the sender',
  'bounce-of-bounce': 'failed, and has no sender to tell',
  'notify-never': 'failed, and the sender asked not to be told',
  'deleted-by-hand': 'a person deleted it',
  retention: 'its time to be kept was over',
} as const

export type Reason = keyof typeof reasons
