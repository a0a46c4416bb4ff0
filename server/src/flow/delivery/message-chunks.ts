import { createReadStream } from 'node:fs'
import type { Body, MessageEdit } from '#flow/spool/message.ts'

/**
 * A message as it leaves: prepended lines, then the stored bytes without the removed ranges.
 * Small messages come in one piece, large ones in pieces of 256 KiB, never whole in memory.
 * Stored bytes stay as they are; edits exist on the wire only.
 */
export async function* messageChunks(body: Body, edits: readonly MessageEdit[]): AsyncGenerator<Buffer> {
  const head = headOf(edits)
  const cuts = cutsOf(edits)
  if (body.kind === 'inline') {
    yield inlineMessage(body.bytes, edits)
    return
  }
  if (head.length > 0) yield head
  let at = 0
  for await (const chunk of createReadStream(body.path, {
    highWaterMark: 256 << 10,
  }) as AsyncIterable<Buffer>) {
    yield* withoutCuts(chunk, at, cuts)
    at += chunk.length
  }
}

/** A small message with its edits, in one buffer. */
export function inlineMessage(bytes: Uint8Array, edits: readonly MessageEdit[]): Buffer {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const head = headOf(edits)
  const cuts = cutsOf(edits)
  return head.length === 0 && cuts.length === 0
    ? whole
    : Buffer.concat([head, ...withoutCuts(whole, 0, cuts)])
}

/** Bytes that the edits add or take away. */
export function sizeChange(edits: readonly MessageEdit[]): number {
  return headOf(edits).length - cutsOf(edits).reduce((sum, [start, end]) => sum + end - start, 0)
}

function headOf(edits: readonly MessageEdit[]): Buffer {
  const lines = edits.filter((each) => each.kind === 'prepend').map((each) => `${each.line}\r\n`)
  return Buffer.from(lines.join(''), 'utf8')
}

function cutsOf(edits: readonly MessageEdit[]): [number, number][] {
  return edits
    .filter((each) => each.kind === 'remove')
    .map((each): [number, number] => [each.start, each.end])
    .sort((a, b) => a[0] - b[0])
}

function* withoutCuts(
  chunk: Buffer,
  offset: number,
  cuts: readonly (readonly [number, number])[],
): Generator<Buffer> {
  let at = 0
  for (const [start, end] of cuts) {
    const from = Math.max(0, start - offset)
    const to = Math.min(chunk.length, end - offset)
    if (to <= at || from >= chunk.length) continue
    if (from > at) yield chunk.subarray(at, from)
    at = to
  }
  if (at < chunk.length) yield chunk.subarray(at)
}
