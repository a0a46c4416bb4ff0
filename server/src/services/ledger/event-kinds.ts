/** What can happen to mail, as events of the ledger and refusals name it: a closed list, each in words for people. */
export const eventKinds = {
  accepted: 'it was taken, and the client heard 250',
  inspected: 'its checks were done',
  waiting: 'it began to wait for a try, as after a release',
  deferred: 'a try did not get it through; it waits for the next one',
  'lease-lost': 'the process that worked on it went away, and another took over',
  delivered: 'its next hop took it',
  returned: 'it went back to its sender',
  quarantined: 'it was set aside',
  held: 'it was stopped until somebody decides',
  sealed: 'it waits in the portal for its recipient',
  discarded: 'it was ended without telling its sender',
  'bounced-later': 'a bounce came after a server had taken it',
  complained: 'its recipient reported it to his provider as unwanted',
  refused: 'its client was refused in the dialogue',
  ordered: 'somebody ordered something for it, such as a try at once',
  reopened: 'it was judged anew',
  'links-followed': 'where its links lead was found out',
  'set-aside': 'it was parked after a fault of ours',
} as const

export type EventKind = keyof typeof eventKinds
