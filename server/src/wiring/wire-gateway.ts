import { join } from 'node:path'
import { createGateway, type Gateway } from '#flow/gateway/create.ts'
import type { InspectionRole } from '#flow/inspection/create.ts'
import { systemClock } from '#ground/platform/clock.ts'
import type { DiskWatch } from '#ground/platform/disk-watch.ts'
import type { MemoryWatch } from '#ground/platform/memory-watch.ts'
import { SenderKeys } from '#ground/platform/sender-keys.ts'
import { Certificate, makeCertificate } from '#ground/platform/tls/certificate.ts'
import { takeNoticeBounce } from '#services/subscribers/take-notice-bounce.ts'
import type { Base } from './base.ts'
import { withProbeLogin } from './probe-login.ts'

/**
 * Makes the role that takes mail.
 * @param inspection null: it is another process; what is taken waits for it
 */
export async function wireGateway(
  base: Base,
  inspection: InspectionRole | null,
  { disk, memory, waiting }: { disk: DiskWatch; memory: MemoryWatch; waiting: { outbound(): number } },
): Promise<Gateway> {
  const { config, folder, log, alarms, metrics, stores, spool, snapshot } = base
  const own = { certificate: config['tls.certificate'], key: config['tls.key'] }
  const files =
    own.certificate === '' ? await makeCertificate(join(folder, 'secrets'), config['site.host']) : own
  return createGateway({
    settings: config,
    clock: systemClock,
    log,
    alarms,
    metrics,
    recipients: snapshot,
    senders: withProbeLogin(snapshot, base.probeLogin),
    refusalLog: stores.refusals,
    spool,
    submissions: stores.messages,
    volumes: {
      volumes: (since, instance) => stores.readSenders.volumes(since, instance),
      figures: (question) => stores.readSenders.figures(question),
      noteSuspect: (note) => stores.senders.noteSuspect(note),
    },
    instance: base.instance,
    probeOf: (address) => base.probeKey.readOnce(address),
    awaitsReply: (token) => stores.readRadar.awaitsReply(token, Date.now()),
    noteNoticeBounce: (bounce) => takeNoticeBounce(stores, bounce),
    bodies: base.bodies,
    contentKeys: base.contentKeys,
    certificate: new Certificate(files, alarms),
    senderKeys: new SenderKeys(folder),
    inspection: inspection?.inspection ?? null,
    defersTemperror: () => inspection?.defersTemperror() ?? false,
    vitals: {
      diskPercent: () => disk.percent,
      diskFree: () => disk.freeBytes,
      storeStalledMs: () => stores.stalledMs(),
      memoryBytes: () => memory.bytes,
      outboundWaiting: () => waiting.outbound(),
      inspectionLoad: () => inspection?.inspection.load() ?? 0,
    },
  })
}
