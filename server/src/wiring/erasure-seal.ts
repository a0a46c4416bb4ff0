import { join } from 'node:path'
import { openSealed, sealText } from '#ground/platform/sealed-text.ts'
import { readOrMakeSecret } from '#ground/platform/secret-file.ts'

const about = 'person erase'

/** Seals whom an order to erase means: the order is kept longer than he is. */
export function createErasureSeal(folder: string) {
  const key = () => readOrMakeSecret(join(folder, 'secrets', 'sealing.key'))
  return {
    seal: (text: string) => sealText(key(), about, text),
    open: (sealed: string) => openSealed(key(), about, sealed),
  }
}
