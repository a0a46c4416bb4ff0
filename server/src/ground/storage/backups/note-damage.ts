import type { BackupPlace } from './backup-place.ts'
import type { DamageError } from './damage-error.ts'

/**
 * Notes damage with the generation whose file it is, so that the next backup begins anew with a whole database and nobody
 * reads or builds on that file again. Nothing is removed: what is damaged may be the best that there is.
 */
export function noteDamage(place: BackupPlace, { file, message }: DamageError): void {
  for (const each of place.chain())
    if ((each.image === file || each.pack?.file === file) && each.damage === undefined)
      place.put({ ...each, damage: message })
}
