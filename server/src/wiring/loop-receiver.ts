import { LoopReceiver } from '#flow/delivery/loop-receiver.ts'
import type { Base } from './base.ts'

/** Where messages of our own end that this process delivers; what arrives is noted for who sent it. */
export function createLoopReceiver({ config, stores, probeKey, log }: Base): LoopReceiver {
  return new LoopReceiver({
    host: config['site.host'],
    isOurs: (address) => probeKey.read(address) !== null,
    async onArrival({ rcptTo, begunAt, at }) {
      const mark = probeKey.read(rcptTo)
      if (mark) await stores.probeMail.noteArrival(mark.token, { begunAt, at })
    },
    onFault: (cause) => log.warn({ cause: String(cause) }, 'the end of our own messages has a fault'),
    now: () => Date.now(),
  })
}
