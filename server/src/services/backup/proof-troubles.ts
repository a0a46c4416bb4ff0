import { utcWords } from '#ground/platform/utc-words.ts'
import type { BackupReport } from './backup-report.ts'

/**
 * What is wrong with the backup that was verified last, or why one could not be, in words; none: nothing. Of one that is just
 * being verified for a second time it is noted beforehand that it was interrupted, which is not true yet. Pure.
 */
export function proofTroubles({
  proof,
  proofFault,
  doing,
}: Pick<BackupReport, 'proof' | 'proofFault' | 'doing'>): string[] {
  const told =
    proofFault === null || doing?.what === 'verify' ? [] : [`the newest could not be verified: ${proofFault}`]
  if (proof === null || proof.faults.length === 0) return told
  const more = proof.faults.length > 1 ? `, and ${proof.faults.length - 1} more` : ''
  return [...told, `the backup of ${utcWords(proof.of)} was verified and lacks: ${proof.faults[0]}${more}`]
}
