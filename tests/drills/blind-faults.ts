import { setTimeout as sleep } from 'node:timers/promises'
import { clamdMissing } from '../harness/clamd.ts'
import { lockStore } from '../harness/lock-store.ts'
import type { TestSite } from '../harness/site.ts'
import { whyNoDisk } from '../harness/test-disk.ts'
import { type BlindRig, usualRate } from './blind-rig.ts'

/** What is written down before a round, and read when it is over. */
export interface FaultNote {
  readonly fault: string
  /** Where it is put in, and stages in which it is truly the limit. */
  readonly stages: readonly string[]
  /** The node that it is in; null: none alone. */
  readonly node: string | null
  /** The next hop that it is in. */
  readonly hop: string | null
  readonly causes: readonly string[]
}

/** A fault that is put in for real. */
export interface BlindFault {
  readonly note: FaultNote
  /** Puts it in; what it answers takes it out. */
  put(): Promise<() => Promise<void>>
  /** So many more messages a second at each gateway, from a moment before it is put in until it is taken out. */
  readonly surge?: number
  /** Put in as soon as this one is named and taken out: the limit moves. */
  readonly next?: BlindFault
}

/** A kind of fault, known before there is a site to put it into. */
export interface FaultKind {
  readonly name: string
  readonly needs?: 'scanner' | 'disk'
  readonly in: (rig: BlindRig, name: string) => BlindFault
}

const kinds: readonly FaultKind[] = [
  { name: 'DNS is silent', in: dnsSilent },
  { name: 'another process locks the store', in: storeLocked },
  { name: 'a node limps', in: nodeLimps },
  { name: 'the process that sends hangs', in: senderHangs },
  { name: 'a next hop is slow', in: hopSlow },
  { name: 'a next hop puts mail off', in: hopPutsOff },
  { name: 'a next hop puts mail off in a surge', in: hopPutsOffInSurge },
  { name: 'DNS names an address that its server has left', in: addressGone },
  { name: 'the limit moves from DNS to a next hop', in: limitMoves },
  { name: 'TLS is broken', in: tlsBroken },
  { name: 'the scanner hangs', needs: 'scanner', in: scannerHangs },
  { name: 'the disk stutters', needs: 'disk', in: diskStutters },
]

/** Every kind of fault that this machine can have. */
export function faultKinds(): FaultKind[] {
  const has = { scanner: clamdMissing() === null, disk: whyNoDisk() === null }
  return kinds.filter(({ needs }) => needs === undefined || has[needs])
}

const place = (more: Partial<FaultNote> & Pick<FaultNote, 'fault' | 'stages' | 'causes'>): FaultNote => ({
  ...{ node: null, hop: null },
  ...more,
})

/** So much mail comes that a small machine is busy with it: that is true then, whatever else is. */
export function inSurge(fault: string): FaultNote {
  return place({ fault, stages: ['accept', 'inspect', 'decide', 'wait'], causes: ['load'] })
}

/** D06: it takes connections and says nothing. */
function scannerHangs({ scanner }: BlindRig, fault: string): BlindFault {
  return {
    note: place({ fault, stages: ['inspect', 'accept'], causes: ['scanner'] }),
    put: async () => {
      scanner?.signal('SIGSTOP')
      return async () => scanner?.signal('SIGCONT')
    },
  }
}

/** D15: of the world; names of the house are answered. */
function dnsSilent({ dns }: BlindRig, fault: string): BlindFault {
  return {
    note: place({ fault, stages: ['inspect', 'accept'], causes: ['dns'] }),
    put: async () => {
      dns.misbehave({ kind: 'timeout', names: /^(?!.*\.hop\.test$)/ })
      return async () => dns.misbehave()
    },
  }
}

/** D12: it stands still for most of the time. */
function diskStutters({ disk }: BlindRig, fault: string): BlindFault {
  const stages = ['decide', 'accept', 'deliver', 'wait']
  return {
    note: place({ fault, stages, causes: ['disk'] }),
    put: () => inTurn({ on: () => disk?.freeze(), off: () => disk?.thaw(), onMs: 1500, offMs: 300 }),
  }
}

/** D27: another process writes and does not come to its end. */
function storeLocked({ site }: BlindRig, fault: string): BlindFault {
  const stages = ['decide', 'accept', 'deliver', 'wait']
  return {
    note: place({ fault, stages, causes: ['database'] }),
    put: async () => {
      let unlock = () => {}
      const lock = () => {
        unlock = lockStore(site)
      }
      return inTurn({ on: lock, off: () => unlock(), onMs: 1500, offMs: 300 })
    },
  }
}

/** D30: it gets a small part of the time. */
function nodeLimps({ second }: BlindRig, fault: string): BlindFault {
  const stages = ['accept', 'inspect', 'decide']
  return {
    note: place({ fault, stages, node: 'node-2', causes: ['node'] }),
    put: () =>
      inTurn({
        ...{ on: () => second.signal('SIGSTOP'), off: () => second.signal('SIGCONT') },
        ...{ onMs: 4000, offMs: 200 },
      }),
  }
}

/** D31: the process that sends stands still; mail is taken and does not leave. */
function senderHangs({ site, sender }: BlindRig, fault: string): BlindFault {
  return {
    note: place({ fault, stages: ['wait', 'deliver'], node: 'node-3', causes: ['node'] }),
    put: async () => {
      await standStill(site, sender)
      return async () => sender.signal('SIGCONT')
    },
  }
}

/** Not in the midst of a transaction: that would be another fault. */
async function standStill(site: TestSite, sender: TestSite): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    sender.signal('SIGSTOP')
    await sleep(100)
    try {
      lockStore(site, 1000)()
      return
    } catch {
      sender.signal('SIGCONT')
      await sleep(100)
    }
  }
  throw new Error('the process that sends could not be stopped between two transactions')
}

/**
 * D12, D30: each message takes it longer than anybody minds (15 s at stage deliver). Of less nothing has to be seen where
 * a lane that was long has got connections enough: then each message is late by that, and none waits for another.
 */
function hopSlow({ plain, plainHop }: BlindRig, fault: string): BlindFault {
  const stages = ['deliver', 'wait']
  return {
    note: place({ fault, stages, hop: plainHop, causes: ['next-hop'] }),
    put: async () => {
      plain.behaviour = (stage) => (stage === 'final' ? { kind: 'slow', ms: 18_000 } : undefined)
      return async () => {
        plain.behaviour = () => undefined
      }
    },
  }
}

function hopPutsOff({ plain, plainHop }: BlindRig, fault: string): BlindFault {
  const stages = ['deliver', 'wait']
  return {
    note: place({ fault, stages, hop: plainHop, causes: ['next-hop'] }),
    put: async () => {
      plain.behaviour = (stage) => (stage === 'final' ? '451 4.3.0 not now' : undefined)
      return async () => {
        plain.behaviour = () => undefined
      }
    },
  }
}

/** D11: three times as much mail as usual comes meanwhile, which must not take the blame. */
function hopPutsOffInSurge(rig: BlindRig, fault: string): BlindFault {
  return { ...hopPutsOff(rig, fault), surge: 2 * usualRate }
}

/** D28: DNS names an address that the server has left, and nobody answers there, until DNS is corrected. */
function addressGone({ plainHop, movePlain }: BlindRig, fault: string): BlindFault {
  return {
    note: place({ fault, stages: ['deliver', 'wait'], hop: plainHop, causes: ['next-hop'] }),
    put: async () => {
      const correct = await movePlain()
      return async () => correct()
    },
  }
}

/** What is behind one limit meets the next: each has to be named in its time. */
function limitMoves(rig: BlindRig, fault: string): BlindFault {
  return { ...dnsSilent(rig, fault), next: hopPutsOff(rig, fault) }
}

/** D02: it must be spoken to with TLS, and makes no handshake. */
function tlsBroken({ sure, offerTls }: BlindRig, fault: string): BlindFault {
  return {
    note: place({ fault, stages: ['deliver', 'wait'], hop: sure.hop, causes: ['tls'] }),
    put: async () => {
      sure.offer('broken')
      // Connections that are open would go on as before. It listens all the time: a hop that is down is another fault, and
      // is named first where one try met it.
      sure.hangUp()
      return async () => offerTls()
    },
  }
}

interface Turns {
  readonly on: () => void
  readonly off: () => void
  readonly onMs: number
  readonly offMs: number
}

/** On and off again and again, until it is taken out. */
async function inTurn({ on, off, onMs, offMs }: Turns): Promise<() => Promise<void>> {
  let goesOn = true
  const turns = (async () => {
    while (goesOn) {
      on()
      await sleep(onMs)
      off()
      await sleep(offMs)
    }
  })()
  return async () => {
    goesOn = false
    await turns
  }
}
