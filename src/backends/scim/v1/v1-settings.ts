import { OtpctlError } from '../../../domain/errors.ts';
import { Secret } from '../../../domain/secret.ts';
import { SETTINGS, type SettingKey } from '../../../domain/settings/setting-rules.ts';
import type { SettingChange, SettingRow, SettingValue } from '../../../domain/settings/setting-value.ts';
import type { SettingsAdmin } from '../../../ports/settings-admin.ts';
import { listIn, malformed, membersIn, textIn, textOrNone } from '../devices/answer-members.ts';
import type { V1Client } from './v1-client.ts';

const LOOK = 'otpctl settings list';

/** The settings of an otpctl server. */
export function createV1Settings(client: V1Client): SettingsAdmin {
  return {
    list: () =>
      client.send({ method: 'GET', path: '/settings' }, ({ settings }) => listIn(settings, 'settings', rowOf)),
    change(values, origin, { dryRun = false } = {}) {
      // Only the server knows which are secret, so all are treated so.
      const secrets = Object.values(values).map((value) => Secret.ofText(String(value ?? '')));
      const request = {
        method: 'PATCH',
        path: '/settings',
        body: { values, ...(dryRun && { dryRun }) },
        change: { origin, what: 'the change of settings', look: LOOK },
        secrets,
      } as const;
      return client.send(request, ({ changes, notices }) => ({
        changes: listIn(changes, 'changes', changeOf),
        notices: listIn(notices ?? [], 'notices', (notice) => textIn(notice, 'a notice')),
      }));
    },
    async test(channel, to, origin, report) {
      const change = { origin, what: 'the test message', look: LOOK };
      const request = { method: 'POST', path: '/settings/test', body: { channel, to }, change } as const;
      const steps = await client.send(request, (answer) =>
        listIn(answer['steps'], 'steps', (each) => {
          const { step, detail } = membersIn(each, 'step');
          return { step: textIn(step, 'a step'), detail: textOrNone(detail, 'a detail') ?? '' };
        }),
      );
      for (const step of steps) report(step);
    },
  };
}

function rowOf(each: unknown): SettingRow {
  const row = membersIn(each, 'setting');
  const key = textIn(row['key'], 'the name of a setting');
  return { key, ...settingOf('value', row['value'], key), ...settingOf('default', row['default'], key) };
}

function changeOf(each: unknown): SettingChange {
  const change = membersIn(each, 'change of a setting');
  const key = textIn(change['key'], 'the name of a setting');
  return { key, ...settingOf('before', change['before'], key), ...settingOf('after', change['after'], key) };
}

/** A value of a setting under `name`. The value of a setting that is known here is checked by its rules. */
function settingOf<K extends string>(name: K, value: unknown, key: string): { readonly [P in K]?: SettingValue } {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw malformed(`a value of ${key} that is none of a setting`);
  }
  const rules = Object.hasOwn(SETTINGS, key) ? SETTINGS[key as SettingKey] : undefined;
  const known = rules === undefined || rules.secret ? value : checked(() => rules.read(key, value), key);
  return { [name]: known } as { readonly [P in K]?: SettingValue };
}

function checked(read: () => SettingValue, key: string): SettingValue {
  try {
    return read();
  } catch (error) {
    throw error instanceof OtpctlError ? malformed(`a value of ${key} that it cannot have`) : error;
  }
}
