import { OtpctlError } from '../../../domain/errors.ts';
import type { CallMethod, Channel, ChannelSettings } from '../../../domain/provider-call/channel.ts';
import { Secret } from '../../../domain/secret.ts';
import { SETTINGS, type SettingKey } from '../../../domain/settings/setting-rules.ts';
import type { SettingValue } from '../../../domain/settings/setting-value.ts';
import { masked } from '../../../domain/settings/settings.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import type { SettingsWriter } from '../../../ports/store/store-writer.ts';
import type { StoreKeys } from '../../store-keys.ts';
import type { Connection, Row } from '../connection/connection.ts';
import { damagedValue } from '../connection/row-values.ts';
import { refuseForgedTable, signRow } from '../signing/table-digest.ts';

type Values = ReadonlyMap<SettingKey, SettingValue>;

/** The text of settings that was read last, and what it says: most reads find the same text again. */
let lastRead: { readonly text: string; readonly values: Values } | undefined;

/** The values that were set, secrets masked: read without a key. The same values are the same map. */
export function readSettings(connection: Connection): Values {
  const row = connection.get(
    `SELECT json_group_object(key, iif(json_valid(value), json(value), json('{}'))) AS settings FROM settings`,
  );
  const text = String(row?.['settings']);
  if (lastRead?.text !== text) lastRead = { text, values: valuesIn(text) };
  return lastRead.values;
}

function valuesIn(text: string): Values {
  const values = new Map<SettingKey, SettingValue>();
  for (const [key, value] of Object.entries(JSON.parse(text))) {
    if (!Object.hasOwn(SETTINGS, key)) continue;
    if (typeof value === 'object') throw damagedValue(`a value of ${key}`);
    const rules = SETTINGS[key as SettingKey];
    values.set(key as SettingKey, rules.secret ? (value as string) : checked(key, value as SettingValue));
  }
  return values;
}

/** Settings for use inside one immediate transaction. */
export function createSettingsWriter(connection: Connection, keys: StoreKeys): SettingsWriter {
  const row = (key: string) => connection.get('SELECT sealed, key_id FROM settings WHERE key = ?', [key]);
  const opened = (key: string, { sealed, key_id }: Row): Secret | undefined =>
    sealed instanceof Uint8Array && key_id === keys.dataKeyId
      ? keys.columns.unseal(sealed, settingCell(key))
      : undefined;
  const open = (key: string): string | undefined => {
    const found = row(key);
    if (found === undefined) return undefined;
    const secret = opened(key, found);
    if (secret !== undefined) return secret.exposeText();
    throw new OtpctlError(
      'store-damaged',
      `the setting ${key} does not open: it was damaged, or moved here from another one`,
      'set it again, and see more with  otpctl store check',
    );
  };

  const write = (key: string, value: SettingValue | undefined) => {
    if (value === undefined) {
      connection.run('DELETE FROM settings WHERE key = ?', [key]);
      return;
    }
    const secret = SETTINGS[key as SettingKey].secret ? Secret.ofText(String(value)) : undefined;
    connection.run('INSERT OR REPLACE INTO settings (key, value, sealed, key_id) VALUES (?, ?, ?, ?)', [
      key,
      JSON.stringify(masked(key as SettingKey, value)),
      secret ? keys.columns.seal(secret, settingCell(key)) : null,
      secret ? keys.dataKeyId : null,
    ]);
  };

  return {
    values() {
      const values = new Map<string, SettingValue>(readSettings(connection));
      for (const key of values.keys()) {
        if (!SETTINGS[key as SettingKey].secret) continue;
        const secret = opened(key, row(key) ?? {});
        // One that does not open keeps its masked text, so that it can be set again.
        if (secret !== undefined) values.set(key, secret.exposeText());
      }
      return values;
    },

    set(key, value) {
      refuseForgedTable(connection, keys.rows, 'settings');
      write(key, value);
      signRow(connection, keys.rows, 'settings', key);
    },
    channel: (channel) => channelOf(channel, readSettings(connection), open),
  };
}

/** The cell that the value of a setting is sealed to. */
export function settingCell(key: string) {
  return { table: 'settings', column: 'sealed', row: key };
}

function channelOf(channel: Channel, values: Values, open: (key: SettingKey) => string | undefined): ChannelSettings {
  const value = (key: SettingKey) => values.get(key) ?? SETTINGS[key].default;
  const secret = (key: SettingKey) => {
    const text = open(key);
    return text === undefined ? undefined : Secret.ofText(text);
  };
  if (channel === 'email') {
    const ehloName = value('email.ehloName') as string | undefined;
    return {
      channel,
      email: {
        from: needed('email.from', value('email.from') as string | undefined),
        smtpUrl: needed('email.smtpUrl', secret('email.smtpUrl')),
        ...(ehloName !== undefined && { ehloName }),
        subject: value('email.subject') as string,
        body: value('email.body') as string,
      },
    };
  }
  const [headers, body] = [secret(`${channel}.headers`), secret(`${channel}.body`)];
  const expect = value(`${channel}.expect`) as string | undefined;
  return {
    channel,
    call: {
      url: needed(`${channel}.url`, secret(`${channel}.url`)),
      method: value(`${channel}.method`) as CallMethod,
      ...(headers !== undefined && { headers }),
      ...(body !== undefined && { body }),
      ...(expect !== undefined && { expect }),
      allowPrivateHosts: value(`${channel}.allowPrivateHosts`) as boolean,
    },
  };
}

function needed<T>(key: SettingKey, value: T | undefined): T {
  if (value !== undefined) return value;
  throw new OtpctlError(
    'setting-forbids',
    `${key} is not set`,
    `set it with  ${commandLine(['settings', 'set', `${key}=...`])}`,
  );
}

function checked(key: string, value: SettingValue): SettingValue {
  try {
    return SETTINGS[key as SettingKey].read(key, value);
  } catch (error) {
    throw error instanceof OtpctlError ? damagedValue(`a value of ${key}`) : error;
  }
}
