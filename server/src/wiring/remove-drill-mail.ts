import type { ProbeMailStore } from '#services/watch/probe-mail-store.ts'

const together = 100

/**
 * Takes letters of a drill out of the spool: many together share transactions, one by one a long drill would seem to be
 * dead meanwhile.
 * @param mayGoOn asked before each batch; @returns false: it did not get to the end
 */
export async function removeDrillMail(
  probeMail: Pick<ProbeMailStore, 'drop'>,
  messageIds: readonly string[],
  mayGoOn: () => Promise<boolean>,
): Promise<boolean> {
  for (let at = 0; at < messageIds.length; at += together) {
    if (!(await mayGoOn())) return false
    await Promise.all(messageIds.slice(at, at + together).map((each) => probeMail.drop(each)))
  }
  return true
}
