import type { Header, HeaderDefect } from './header.ts'
import type { LineCounts } from './line-meter.ts'
import { LineMeter } from './line-meter.ts'
import { MimeTree } from './mime-tree.ts'
import type { ParameterDefect } from './structured-header.ts'

/** What is wrong with a part: a closed list. Receivers differ on each of these, so checks may want to know. */
export type MimeDefect =
  | ParameterDefect
  | HeaderDefect
  /** The header has no empty line after it. */
  | 'no-empty-line'
  /** Content-Type is not `type/subtype`. */
  | 'broken-content-type'
  | 'duplicate-content-type'
  | 'duplicate-encoding'
  /** A Content-Transfer-Encoding that RFC 2045 does not know. */
  | 'unknown-encoding'
  /** A multipart that says it is encoded; RFC 2045, 6.4 forbids it, and it is read as not encoded. */
  | 'encoded-multipart'
  /** A message within, encoded: not looked into. */
  | 'encoded-message'
  /** A multipart without a usable boundary. */
  | 'no-boundary'
  /** A boundary above the 70 characters of RFC 2046, 5.1.1. */
  | 'long-boundary'
  /** The boundary of a multipart around it, used again. */
  | 'boundary-reused'
  /** The boundary never appears. */
  | 'boundary-not-found'
  /** The last boundary comes, but no part before it. */
  | 'no-parts'
  /** The last boundary (with two dashes at its end) is missing. */
  | 'no-end-boundary'
  /** The boundary again after the last boundary: some receivers show what follows. */
  | 'boundary-after-end'
  /** A line that begins with the boundary and goes on: some receivers take it for one. */
  | 'boundary-like-line'

/** One part of a message in its MIME tree (RFC 2046), as places in the message. */
export interface MimePart {
  /** `type/subtype` in lower case; text/plain where none or a broken one is given. */
  readonly type: string
  /** By name in lower case, as structured-header.ts reads them; an object without a prototype. */
  readonly parameters: Readonly<Record<string, string>>
  /** Content-Transfer-Encoding in lower case; 7bit where none is given. */
  readonly encoding: string
  /** Decoded, on one line; a path or odd characters in it stay. */
  readonly fileName: string | null
  /** Content-Disposition in lower case, without its parameters. */
  readonly disposition: string | null
  /** Where the header of the part begins. */
  readonly headerStart: number
  readonly bodyStart: number
  /** After the last byte of the body; the line end before a boundary belongs to the boundary. */
  readonly bodyEnd: number
  /** 0 for the message itself. */
  readonly depth: number
  readonly children: readonly MimePart[]
  /** What is wrong with the part, each word once. */
  readonly defects: readonly MimeDefect[]
}

export interface MimeLimits {
  /** Deepest part that is read; the message itself has depth 0. */
  readonly maxDepth: number
  readonly maxParts: number
  /** Largest header, of the message and of each part, in bytes. */
  readonly maxHeaderBytes: number
}

export type MimeExcess = 'mime-depth' | 'mime-parts' | 'header-size'

/** What a scan found. */
export interface MimeScan {
  readonly root: MimePart
  /** Header of the message; only its beginning where `exceeded` is header-size. */
  readonly header: Header
  readonly size: number
  /** Parts found, the message itself among them; limits.maxParts at most. */
  readonly parts: number
  /** The first limit that was met. The tree is incomplete then: what lies beyond is not in it. */
  readonly exceeded: MimeExcess | null
  readonly lines: LineCounts
}

export interface MimeScanner {
  /** Takes the next bytes, in chunks of any size. They are not kept beyond the call. */
  write(chunk: Buffer): void
  end(): MimeScan
}

/**
 * Reads the MIME structure of a message as its bytes come by. Memory grows with header size and parts,
 * both of which the limits bound, not with the size of the message; time is linear in it. Never throws.
 */
export function createMimeScanner(limits: MimeLimits): MimeScanner {
  const tree = new MimeTree(limits)
  const meter = new LineMeter(tree)
  let size = 0
  return {
    write(chunk) {
      size += chunk.length
      meter.write(chunk)
    },
    end() {
      const lines = meter.end()
      return { ...tree.end(size), size, lines }
    },
  }
}

/** Reads the MIME structure of a message that is in memory. */
export function scanMime(bytes: Buffer, limits: MimeLimits): MimeScan {
  const scanner = createMimeScanner(limits)
  scanner.write(bytes)
  return scanner.end()
}
