import { checkClaim } from './check-claim.ts'
import type { ClaimOrder } from './claim-order.ts'

/** Claims that one round looks at, and how many questions it has open at a time. */
const [atOnce, side] = [100, 8]

/** One round over the claims that are due. Answers how many domains were proved, which the flow has to know. */
export async function tendClaims(order: ClaimOrder): Promise<number> {
  const due = await order.claims.dueClaims(order.at, atOnce)
  let proved = 0
  const work = async () => {
    for (let claim = due.shift(); claim; claim = due.shift())
      if ((await checkClaim(order, claim)).domain) proved += 1
  }
  await Promise.all(Array.from({ length: side }, work))
  return proved
}
