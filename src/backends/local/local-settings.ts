import type { AuditResult } from '../../domain/audit/audit.ts';
import { emailAddress } from '../../domain/enrollment/contact.ts';
import { phoneNumber } from '../../domain/enrollment/phone-number.ts';
import { type ErrorCode, OtpctlError } from '../../domain/errors.ts';
import type { Channel } from '../../domain/provider-call/channel.ts';
import { refuseCodelessMessage } from '../../domain/provider-call/code-in-message.ts';
import { tagsOf } from '../../domain/provider-call/template.ts';
import { changeSettings, type SettingValues } from '../../domain/settings/change-settings.ts';
import type { Route } from '../../domain/settings/channel-origin.ts';
import type { SettingValue } from '../../domain/settings/setting-value.ts';
import type { DeliveryStep } from '../../ports/messenger.ts';
import type { SettingsAdmin } from '../../ports/settings-admin.ts';
import type { LocalDeps } from './local-deps.ts';

/** What stands in for each digit of a code in a test message. */
const TEST_DIGIT = '0';
/** What `${EMAIL}` in an SMS and `${PHONE}` in a mail are, which go nowhere. */
const SAMPLE_CONTACT = { mail: 'test@example.com', phone: '+15550100000' };

/** The changing half of the settings in a store. */
export function createLocalSettings({ store, clock, messenger }: LocalDeps): Omit<SettingsAdmin, 'list'> {
  return {
    change: (given, origin, options = {}) =>
      store.write((writer) => {
        const { remote = false, dryRun = false } = options;
        const before = writer.settings.values();
        const result = changeSettings(before, given, (tag) => writer.users.anyHas(tag), remote);
        const { changes, notices, routes } = result;
        if (dryRun) return { changes, notices };
        for (const [key, value] of result.values) writer.settings.set(key, value);
        for (const change of changes) {
          writer.append({
            ...origin,
            time: clock.now(),
            action: change.after === undefined ? 'settings.unset' : 'settings.set',
            object: `setting ${change.key}`,
            result: `ok: ${shown(change.before)} to ${shown(change.after)}${wayOf(routes.get(change.key))}`,
          });
        }
        return { changes, notices };
      }),

    async test(channel, to, origin, report, { remote = false } = {}) {
      const address = channel === 'email' ? emailAddress(to) : phoneNumber(to);
      const { prepare } = await messenger();
      const delivery = await store
        .write((writer) => {
          const templates = writer.settings.channel(channel);
          refuseCodelessMessage(templates);
          const attributes = sampleAttributes(channel, writer.settings.values());
          const { digits } = writer.policy()[channel === 'email' ? 'email' : 'sms'];
          return prepare({ to: address, user: 'test', code: TEST_DIGIT.repeat(digits), attributes }, templates);
        })
        .catch((error: unknown) => {
          throw error instanceof OtpctlError && OF_SETTINGS.includes(error.code) ? atSettings(error) : error;
        });
      const record = (result: AuditResult) =>
        store.write((writer) => {
          const event = {
            ...origin,
            time: clock.now(),
            action: 'settings.test' as const,
            object: `channel ${channel}`,
          };
          writer.append({ ...event, result });
        });
      try {
        await delivery(remote ? (step) => report(forOthers(step)) : report);
      } catch (error) {
        await record('failed: not sent');
        throw error;
      }
      await record('ok');
    },
  };
}

/** Errors of a test message that are due to the settings. */
const OF_SETTINGS: readonly ErrorCode[] = ['setting-forbids', 'invalid-value', 'tag-without-value'];

function atSettings({ code, message, hint }: OtpctlError): OtpctlError {
  return new OtpctlError(code, message, hint, { step: 'settings' });
}

/** Every attribute that the templates of a channel name, with its own name for a value; address and number are some. */
function sampleAttributes(channel: Channel, values: SettingValues): Record<string, string> {
  const texts = [...values].filter(([key]) => key.startsWith(`${channel}.`)).map(([, value]) => String(value));
  return { ...Object.fromEntries(texts.flatMap(tagsOf).map((tag) => [tag, tag])), ...SAMPLE_CONTACT };
}

/** Where messages went before and go now, which masked values do not say. */
function wayOf(route: Route | undefined): string {
  if (route === undefined) return '';
  const { before = 'none', after = 'none' } = route;
  return before === after ? ` (${after})` : ` (${before} to ${after})`;
}

/** A step as somebody at the network is told it: without what the provider answered, and where it is in this network. */
function forOthers({ step, detail }: DeliveryStep): DeliveryStep {
  return { step, detail: step === 'status' ? `${detail.slice(0, 1)}xx` : '' };
}

function shown(value: SettingValue | undefined): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}
