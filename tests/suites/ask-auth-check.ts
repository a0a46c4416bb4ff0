import { spawn } from 'node:child_process'

/** One answer of `auth-check`, as suites read it. */
export interface AuthAnswer {
  readonly id: unknown
  readonly error?: { readonly code: string; readonly text: string }
  readonly spf: { readonly result: string | null; readonly explanation: string | null }
  readonly dkim: readonly {
    readonly d: string | null
    readonly s: string | null
    readonly result: string
    readonly reason: string | null
  }[]
  readonly arc: { readonly cv: string | null }
  readonly dmarc: {
    readonly result: string | null
    readonly policy: string | null
    readonly disposition: string | null
    readonly alignment: { readonly spf: boolean; readonly dkim: boolean } | null
  }
  readonly headers: readonly string[]
}

/** Asks all requests in one batch, in order. */
export async function askAuthCheck(requests: readonly object[]): Promise<AuthAnswer[]> {
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join('')
  const output = await runBatch(input)
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AuthAnswer)
}

/** The real command, as outside suites call it. */
function runBatch(input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('./mailkeep', ['auth-check', '--batch'], {
      cwd: new URL('../..', import.meta.url),
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      output += chunk
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output)
      else reject(new Error(`auth-check ended with ${signal ?? code}`))
    })
    child.stdin.end(input)
  })
}
