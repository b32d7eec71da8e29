import { readdirSync, writeFileSync } from 'node:fs';
import { it } from '@jest/globals';
import { judge } from '../src/judge.js';
import { ScenarioEvidence, shippedPolicy } from './scenario-evidence.js';
const folder = new URL('file:///tmp/attacks/');
it('scratch', async () => {
  let text = '';
  for (const name of readdirSync(folder).filter((n) => n.endsWith('.yaml')).sort()) {
    try {
      const { asked } = await ScenarioEvidence.of(new URL(name, folder));
      for (const { step, evidence } of asked) {
        const v = judge(evidence, shippedPolicy(step.policy as string), { lot: step.ask, question: (step.question ?? {}) as any });
        const ok = v.outcome === step.expect.outcome;
        text += `${ok ? 'ok  ' : 'DIFF'} ${name} ${step.policy} got ${v.outcome} want ${step.expect.outcome}\n`;
        for (const f of v.findings.filter((x) => x.outcome === 'FAIL' || x.outcome === 'INSUFFICIENT')) text += `       ${f.rule} ${f.outcome} ${f.code} ${JSON.stringify(f.facts).slice(0, 260)}\n`;
        if (process.env['TABLES'] ) text += JSON.stringify({ s: v.stages, m: v.massBalance, c: v.custodyModel }, null, 1) + '\n';
      }
    } catch (e) { text += `ERR  ${name} ${String((e as Error).stack).slice(0, 600)}\n`; }
  }
  writeFileSync('/tmp/attacks/out.txt', text);
});
