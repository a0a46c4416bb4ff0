import { createHash } from 'node:crypto'

/** A number from 0 to below 1 that belongs to a message, whoever asks: one that comes again goes the same way. */
export function shareOf(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0) / 2 ** 32
}
