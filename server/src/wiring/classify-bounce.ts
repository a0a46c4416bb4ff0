import type { RunClassifyBounce } from '#doors/cli/classify-bounce.ts'
import { bounceClasses } from '#ground/bounces/bounce-classes.ts'
import { classifyReply } from '#ground/bounces/classify-reply.ts'
import { readBounce } from '#ground/bounces/read-bounce.ts'
import { readReply } from '#ground/bounces/read-reply.ts'

/** Says what a bounce or a reply means, for the command. */
export const classifyBounce: RunClassifyBounce = async ({ message, reply, host }) => {
  if (message !== null) {
    const { isBounce, recipients } = await readBounce(message)
    const told = recipients.map(({ address, status, code, hard, reason }) => ({
      address,
      status,
      code,
      hard,
      reason,
    }))
    return { answer: { bounce: isBounce, recipients: told }, found: isBounce }
  }
  const read = readReply(reply ?? '')
  const reason = classifyReply({ ...read, host }).class
  const isBounce = read.code >= 400 || (read.code === 0 && read.text !== '')
  const { hard, detail } = bounceClasses[reason]
  const status = read.enhanced || `${String(read.code || 500)[0]}.${detail}`
  const one = { address: null, status, code: read.code || null, hard, reason }
  return { answer: { bounce: isBounce, recipients: isBounce ? [one] : [] }, found: isBounce }
}
