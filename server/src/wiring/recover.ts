import type { RecoveryReport } from '#flow/spool/message-store.ts'
import type { Base } from './base.ts'
import { noteTimeOff } from './note-time-off.ts'
import type { Role } from './roles.ts'

/** Gives back what gone processes held, parks what is damaged, and clears up what crashes have left. */
export async function recover(base: Base, asked: readonly Role[]): Promise<RecoveryReport> {
  const { config, stores, bodies, alarms, log, instance } = base
  const files = await bodies.files()
  const report = await stores.messages.recover(instance, config['node.name'], process.pid, Date.now())
  await noteTimeOff(base, report.heardAt, Date.now())
  if (report.bodyFiles.length === 0) bodies.adopt()
  const swept = await bodies.sweep(files, report.running, report.bodyFiles)
  if (swept.setAside.length > 0)
    log.warn({ files: swept.setAside }, 'files that belong to no message were set aside')
  await sealSecrets(base)
  // Delivery clears them, so it raises them.
  if (asked.includes('delivery'))
    for (const { id, why } of report.setAside)
      alarms.raise('body-damaged', id, `message ${id} is parked: ${why}`)
  return report
}

/** Seals secrets from before they were sealed, and tells where the key is another one than theirs. */
async function sealSecrets({ stores, alarms }: Base): Promise<void> {
  const { unreadable } = await stores.secretRows.sealRows()
  if (unreadable.length > 0)
    alarms.raise(
      'sealing-key',
      'secrets',
      `${unreadable.length} secrets do not open with secrets/sealing.key, so what they are for does not work: ${unreadable.slice(0, 5).join(', ')}`,
    )
}
