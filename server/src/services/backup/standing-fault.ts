import type { BackupReport } from './backup-report.ts'

/** Why the last try to prove one came to nothing; null where a later proof found all whole, whoever made it. Pure. */
export function standingFault(
  { proof, proofFault, triedAt }: Pick<BackupReport, 'proof' | 'proofFault' | 'triedAt'>,
  now: number,
): string | null {
  if (proof === null || triedAt === null || proof.faults.length > 0) return proofFault
  const isLater = proof.checkedAt > triedAt && proof.checkedAt <= now
  return isLater ? null : proofFault
}
