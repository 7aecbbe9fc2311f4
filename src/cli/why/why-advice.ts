import type { ListedEntry } from '../../domain/audit/entry-proof.ts';
import type { Device } from '../../domain/device/device.ts';
import { statusWord } from '../../domain/device/device.ts';
import { typeRules } from '../../domain/device-types/index.ts';
import { toIso } from '../../domain/instant.ts';
import { commandLine } from '../../domain/text/command-line.ts';
import { mayAnswer } from '../../domain/verification/may-answer.ts';
import { shownActor } from '../../output/audit-view.ts';
import type { WhyFacts } from './why-facts.ts';

/** What is wrong, and the command that would help. */
export interface Advice {
  /** The device that it is about. */
  readonly device?: string;
  readonly finding: string;
  readonly command: string;
}

/** What to do next, the most urgent first. */
export function adviceOf(facts: WhyFacts): readonly Advice[] {
  const { user, devices, about } = facts;
  // Nothing else would help.
  if (about?.active === false) return [inactive(facts)];
  if (devices.length === 0) {
    return [{ finding: 'there is no device', command: commandLine(['device', 'create'], { user }) }];
  }
  return devices
    .map((device) => adviceOn(device, facts))
    .sort((a, b) => a.urgency - b.urgency)
    .map(({ urgency: _, ...advice }) => advice);
}

interface Ranked extends Advice {
  readonly urgency: number;
}

function adviceOn(device: Device, facts: WhyFacts): Ranked {
  const { id, type, status, fails } = device;
  const rules = typeRules(type);
  const advice = (urgency: number, finding: string, ...words: readonly string[]): Ranked => ({
    device: id,
    finding,
    command: commandLine(words),
    urgency,
  });
  if (status === 'L') {
    const after = fails > 0 ? ` after ${fails === 1 ? 'one failed code' : `${fails} failed codes`}` : '';
    return advice(1, `locked${after}`, 'device', 'unlock', id);
  }
  if (status === 'D') {
    const { finding, isForAge } = disabled(id, facts);
    if (isForAge) return advice(5, finding, 'device', 'enable', id);
    const command = commandLine(['device', 'create', type.toLowerCase()], { user: facts.user });
    return { ...advice(5, finding), command };
  }
  const standing = mayAnswer(
    { status, ...(facts.resync.has(id) && { resyncNeeded: true }) },
    facts.keepsUsers ? facts.about : { active: true },
  );
  if (!standing.may && standing.why === 'user removed') {
    const command = commandLine(['device', 'create', type.toLowerCase()], { user: facts.user });
    return { ...advice(1, 'its user was removed: no code is accepted'), command };
  }
  const off = facts.settings && rules?.switchedOff?.(facts.settings);
  if (off !== undefined) return advice(2, `all ${type} devices are switched off`, 'settings', 'set', `${off}=true`);
  const { settings } = facts;
  const channels = rules?.channels ?? [];
  if (settings !== undefined && channels.length > 0 && !channels.some((channel) => settings[channel].enabled)) {
    return advice(2, 'no channel can carry its codes', 'settings', 'set', `${channels[0]}.enabled=true`);
  }
  if (!standing.may && standing.why === 'resync needed') {
    return advice(
      2,
      'came back from a backup: no code is accepted before a resync',
      'device',
      'resync',
      id,
      'CODE1',
      'CODE2',
    );
  }
  if (status !== 'C' && status !== 'V') return advice(9, `its status is ${statusWord(status)}`, 'device', 'show', id);
  if (facts.challenged.has(id)) return advice(3, 'a code is asked for, and was not given yet', 'device', 'verify', id);
  const asks = rules?.challenge !== undefined;
  const ask = asks ? ['device', 'challenge', id] : ['device', 'verify', id, 'CODE'];
  if (fails > 0) {
    const finding = `${fails} failed ${fails === 1 ? 'code' : 'codes'} since the last good one`;
    // One that never gave a good code did not run ahead: and a server that keeps no log cannot look for one that did.
    if (status !== 'C' && !asks && rules?.resync !== undefined && facts.audit !== undefined) {
      return advice(4, finding, 'device', 'resync', id, 'CODE1', 'CODE2');
    }
    return advice(4, finding, ...ask);
  }
  if (status === 'C') return advice(6, 'never confirmed: its first code enables it', ...ask);
  return advice(7, 'nothing is wrong with it', ...ask);
}

/** Why a user is inactive. Whoever said so had a reason, which the phone may not talk away: it is not proposed to undo it. */
function inactive({ user, deactivatedBy: entry }: WhyFacts): Pick<Advice, 'finding' | 'command'> {
  const since = entry === undefined ? '' : ` since ${sentenceOf(entry)}`;
  return {
    finding: `the user is inactive${since}${since === '' ? ': no code is accepted' : ''}`,
    command: commandLine(['audit', 'list'], { user, action: 'user.set' }),
  };
}

/** `2022-01-01 by user:root: stolen, ticket HD-7`. */
function sentenceOf(entry: ListedEntry): string {
  const { time, reason, ticket } = entry;
  const notes = [...(reason === undefined ? [] : [reason]), ...(ticket === undefined ? [] : [`ticket ${ticket}`])];
  return `${toIso(time).slice(0, 10)} by ${shownActor(entry)}${notes.length === 0 ? '' : `: ${notes.join(', ')}`}`;
}

/**
 * Why a device is disabled. A run by age meant nobody in particular; whoever else disabled it had a reason, which the
 * phone may not talk away: it is not proposed to enable it again.
 */
function disabled(id: string, { disabledBy, runs = [] }: WhyFacts): { finding: string; isForAge: boolean } {
  const entry = disabledBy.get(id);
  if (entry === undefined) return { finding: 'disabled: no code is accepted', isForAge: false };
  const by = entry.run ?? /^ok: .* in run (\S+)$/.exec(entry.result)?.[1];
  const isForAge = runs.some(({ run }) => run.id === by && run.command === 'disable-stale');
  return { finding: `disabled ${sentenceOf(entry)}`, isForAge };
}
