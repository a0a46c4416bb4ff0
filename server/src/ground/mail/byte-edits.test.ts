import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { applyEdits, type ByteEdit, ByteEditor, replaceBytes } from './byte-edits.ts'

const message = Buffer.from('0123456789')
const put = (start: number, end: number, text: string) => replaceBytes(start, end, Buffer.from(text))
const edited = (...edits: ByteEdit[]) => applyEdits(message, edits).toString()

describe('edits of bytes', () => {
  test('prepended lines, removed and replaced ranges, insertions at both ends', () => {
    assert.equal(edited({ kind: 'prepend', line: 'A: b' }, { kind: 'remove', start: 0, end: 9 }), 'A: b\r\n9')
    assert.equal(edited(put(10, 10, 'Z'), put(0, 0, 'A'), put(3, 5, '')), 'A01256789Z')
    assert.equal(edited(put(4, 4, 'x'), put(4, 4, 'y')), '0123xy456789')
    assert.equal(applyEdits(message, []), message)
  })

  test('of two that want the same bytes the first counts', () => {
    const cut: ByteEdit = { kind: 'remove', start: 2, end: 6 }
    assert.equal(edited(cut, cut), '016789')
    assert.equal(new ByteEditor([cut, cut]).sizeChange, -4)
    assert.equal(edited(cut, put(3, 5, 'within')), '016789')
    assert.equal(edited(cut, put(4, 8, 'over')), '01over89')
  })

  test('the same bytes come out whatever the pieces, and as many as was said', () => {
    const edit = fc
      .tuple(fc.nat(60), fc.nat(20), fc.string({ maxLength: 9 }))
      .map(([start, length, text]) => put(start, start + length, text))
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 80, maxLength: 80 }),
        fc.array(edit, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (bytes, edits, sizes) => {
          const whole = Buffer.from(bytes)
          const editor = new ByteEditor(edits)
          const out = [editor.head]
          for (let at = 0, n = 0; at < whole.length; n++) {
            const size = sizes[n % sizes.length] ?? 1
            out.push(...editor.push(whole.subarray(at, at + size)))
            at += size
          }
          const found = Buffer.concat([...out, ...editor.end()])
          assert.deepEqual(found, applyEdits(whole, edits))
          assert.equal(found.length, whole.length + editor.sizeChange)
        },
      ),
    )
  })
})
