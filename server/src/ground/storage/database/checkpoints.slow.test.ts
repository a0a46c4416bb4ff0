import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { TestDisk, whyNoDisk } from '../../../../../tests/harness/test-disk.ts'
import { Checkpoints } from './checkpoints.ts'
import { databaseName, openDatabase } from './open-database.ts'

test('a disk that turns read-only ends no process by a checkpoint', { skip: whyNoDisk() ?? false }, () => {
  const disk = TestDisk.ext4(64)
  try {
    const path = join(disk.folder, databaseName)
    const writer = openDatabase(path, 'write')
    writer.exec('CREATE TABLE stuff (bytes BLOB)')
    const beside = new Checkpoints(path)
    const write = () => {
      for (let row = 0; row < 20; row++) writer.exec('INSERT INTO stuff VALUES (zeroblob(8000))')
    }
    write()
    assert.equal(beside.run()?.left, 0)
    write()
    disk.readOnly(true)
    assert.throws(() => beside.run(), /EPERM|EROFS/)
    disk.readOnly(false)
    assert.equal(beside.run()?.left, 0)
    writer.close()
  } finally {
    disk[Symbol.dispose]()
  }
})
