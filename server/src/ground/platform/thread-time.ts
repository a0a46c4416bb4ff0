/** What this thread has computed, in milliseconds: waiting for a processor is nobody's fault. */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
