import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const python = ['/usr/bin/python3', '/usr/local/bin/python3'].find((each) => existsSync(each)) ?? null

/** Why Python's mail library cannot be asked here; false: it can. */
export const withoutPython = python === null ? 'python3 is not installed' : false

/** A part that has no parts, as Python reads it. */
export interface PythonPart {
  readonly type: string
  readonly name: string | null
  /** Of a text, decoded by its charset. */
  readonly text: string | null
  readonly base64: string
}

const script = `
import base64, email, email.policy, json, sys
message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
defects = [type(d).__name__ for part in message.walk() for d in part.defects]
parts = [p for p in message.walk() if not p.is_multipart()]
print(json.dumps({"defects": defects, "subject": message["subject"], "parts": [{
  "type": p.get_content_type(),
  "name": p.get_filename(),
  "text": p.get_content() if p.get_content_maintype() == "text" else None,
  "base64": base64.b64encode(p.get_payload(decode=True) or b"").decode(),
} for p in parts]}))
`

/** A message as Python's mail library reads it: nobody of ours has written that. */
export function readByPython(message: string): {
  readonly defects: readonly string[]
  readonly subject: string
  readonly parts: readonly PythonPart[]
} {
  const input = Buffer.from(message, 'latin1')
  const output = execFileSync(python ?? 'python3', ['-c', script], { input, timeout: 20_000 })
  return JSON.parse(output.toString())
}
