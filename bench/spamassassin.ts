import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FilterRun } from './filter.ts'

/** One process for all messages, as spamd has; its rules are compiled before the clock starts. */
const program = `
use Mail::SpamAssassin;
my $filter = Mail::SpamAssassin->new({local_tests_only => 1, dont_copy_prefs => 1, userprefs_filename => '/dev/null', userstate_dir => $ARGV[0]});
$filter->compile_now(0);
my @before = times;
for (my $i = 0; $i < $ARGV[1]; $i++) {
  open my $file, '<', "$ARGV[0]/$i.eml" or die; local $/; my $text = <$file>; close $file;
  $text =~ s/^From .*\\n//;
  my $message = $filter->parse($text);
  my $status = $filter->check($message);
  print $status->get_score(), "\\n";
  $status->finish; $message->finish;
}
my @after = times;
print $after[0] + $after[1] - $before[0] - $before[1], "\\n";
`

/** Null where it is not installed. */
export async function spamassassin(messages: readonly Buffer[]): Promise<FilterRun | null> {
  if (spawnSync('perl', ['-MMail::SpamAssassin', '-e', '1']).status !== 0) return null
  console.error('SpamAssassin ...')
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-spamassassin-'))
  try {
    for (const [i, message] of messages.entries()) writeFileSync(join(folder, `${i}.eml`), message)
    const output = execFileSync('perl', ['-e', program, folder, String(messages.length)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 1_200_000,
    })
    const numbers = output.trim().split('\n').map(Number)
    return { scores: numbers.slice(0, -1), cpuMs: (numbers.at(-1) ?? 0) * 1000 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
