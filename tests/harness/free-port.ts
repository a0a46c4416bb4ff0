import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below those that the system gives to whoever asks for any port, so that nobody comes by it who did not mean it. */
const [first, afterLast] = [12_000, 32_000]
const mostTries = 100

/** A port that nobody listens on now. Small risk of a race; tests that can, let the server choose (port 0). */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < mostTries; tries++) {
    const port = randomInt(first, afterLast)
    if (await isFree(port)) return port
  }
  throw new Error(`none of ${mostTries} ports was free`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
